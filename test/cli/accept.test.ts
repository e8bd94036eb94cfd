import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Run } from "../../src/model/run/run.ts";
import { useListeners } from "./listeners.ts";
import { portmatrix } from "./program.ts";
import { useSandbox } from "./sandbox.ts";
import { onlyExtra, topologyOf } from "./topology.ts";

const sandbox = useSandbox();
const { tcp, udp } = useListeners();
const here = () => ({ cwd: sandbox.path(".") });
const check = (...args: string[]) => portmatrix(["check", "t.json", ...onlyExtra, ...args], here());

/** An open port, and a receiver of events that takes what it gets and says nothing. */
async function prepare(accept: object = {}) {
  const [listener, events] = await Promise.all([tcp(), udp("mute")]);
  const way = { from: "cmk", to: "web01" };
  const required = [
    { ...way, tcp: listener.port },
    { ...way, udp: events.port, ...accept },
  ];
  sandbox.write("t.json", topologyOf(required));
  return { listener, events };
}

describe("CI with an Event Console", () => {
  it("is undecided where silence is not accepted", async () => {
    await prepare();
    expect((await check()).code).toBe(3);
  });

  it.each<[string, object, string[]]>([
    ["the requirement says so", { accept: "unverifiable" }, []],
    ["an option says so", {}, ["--accept", "unverifiable"]],
  ])("is green where %s, and shows what nobody verified", async (_, accept, args) => {
    const { events } = await prepare(accept);
    const { code, stdout, stderr } = await check(...args, "--format", "table", "--format", "json=run.json");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("! silent, ok");
    expect(stdout).toContain(`Silence was accepted for 1 flow (${events.port}/udp): nothing proves that it arrives.`);
    expect(stdout).toMatch(/^WARN {2}1 pass, 1 warn, 0 fail, 0 unknown/m);
    const { results } = JSON.parse(readFileSync(sandbox.path("run.json"), "utf8")) as Run;
    expect(results.map(({ reason }) => reason)).toEqual([expect.any(String), "silence-accepted"]);
  });

  it("is red for a receiver that refuses, and --strict for silence as well", async () => {
    const { events } = await prepare({ accept: "unverifiable" });
    expect((await check("--strict", "--quiet")).code).toBe(3);
    expect((await check("--quiet", "--format", "json=before.json")).code).toBe(0);
    await events.close();
    const { code, stdout } = await check("--accept", "unverifiable", "--baseline", "before.json");
    expect(code).toBe(1);
    expect(stdout).toMatch(/REGRESSION {2}1 broken/);
  });

  it("is green under --watch --until-pass", async () => {
    await prepare({ accept: "unverifiable" });
    expect((await check("--watch", "--until-pass", "--interval", "1s")).code).toBe(0);
  });

  it("says what accepts nothing", async () => {
    const { listener } = await prepare();
    const required = [{ from: "cmk", to: "web01", tcp: listener.port }];
    sandbox.write("t.json", { ...topologyOf(required), accept: { unverifiable: ["snmp-trapp"] } });
    const { code, stderr } = await check();
    expect(code).toBe(0);
    expect(stderr).toMatch(/note: t\.json:\d+:\d+: accept\.unverifiable\[0\]: "snmp-trapp" accepts nothing/);
  });
});
