import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import type { Run } from "../../src/model/run/run.ts";
import { formats } from "../../src/report/run/renderers.ts";
import { useListeners } from "./listeners.ts";
import { portmatrix } from "./program.ts";
import { useSandbox } from "./sandbox.ts";
import { hostOf, onlyExtra, topologyOf } from "./topology.ts";

const sandbox = useSandbox();
const { closedPort, tcp } = useListeners();

/** A topology in which `far` has an address for documentation (RFC 5737), which no machine has, and asks this one. */
async function prepare(address: string) {
  const listener = await tcp();
  const required = [{ from: "far", to: "web01", tcp: listener.port }];
  const hosts = [hostOf("web01"), { ...hostOf("far"), address }];
  sandbox.write("t.json", topologyOf(required, { hosts, vantages: {} }));
  return listener;
}

const check = (...args: string[]) => portmatrix(["check", "t.json", ...onlyExtra, ...args], { cwd: sandbox.path(".") });
const note = "Sent from a machine without an address of far";

it("--from NODE on a machine that has none of NODE's addresses is refused, and nothing is sent", async () => {
  const listener = await prepare("192.0.2.7");
  const { code, stdout, stderr } = await check("--from", "far");
  expect({ code, stdout, visits: listener.visits }).toEqual({ code: 2, stdout: "", visits: [] });
  expect(stderr).toBe(
    "--from: this machine has no address of far (192.0.2.7), so it would send from the wrong place; run it on far, or write --from far! if this is far behind address translation\n",
  );
});

it("--from NODE! sends, and the report says from where", async () => {
  await prepare("192.0.2.7");
  const files = formats.filter((format) => format !== "table");
  const wanted = ["table", ...files.map((format) => `${format}=${format}`)];
  const { code, stdout } = await check("--from", "far!", ...wanted.flatMap((one) => ["--format", one]));
  expect(code).toBe(0);
  expect(stdout).toContain(note);
  const textOf = (format: string): string => readFileSync(sandbox.path(format), "utf8");
  expect(files.filter((format) => !textOf(format).includes(note))).toEqual([]);
  expect((JSON.parse(textOf("json")) as Run).notes).toEqual([expect.stringContaining(note)]);
  // A saved run says it as well.
  expect((await portmatrix(["report", sandbox.path("json")])).stdout).toContain(note);
});

it("the twin: on the right machine nothing is refused and nothing is noted", async () => {
  await prepare("127.0.0.2");
  const { code, stdout } = await check("--from", "far", "--format", "json");
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).not.toHaveProperty("notes");
});

it("the doctor is held to the same, and says it in the text and in the record", async () => {
  await prepare("192.0.2.7");
  const args = ["--host", "far", "--site", "main", "--port", "1", "--timeout", "300ms", "--format", "json"];
  const doctor = (from: string) =>
    portmatrix(["doctor", "registration", "t.json", "--from", from, ...args, "--format", "text=doctor.txt"], {
      cwd: sandbox.path("."),
    });
  const refused = await doctor("far");
  expect(refused).toMatchObject({
    code: 2,
    stdout: "",
    stderr: expect.stringContaining("no address of far") as string,
  });
  const ran = await doctor("far!");
  expect(JSON.parse(ran.stdout)).toMatchObject({ notes: [expect.stringContaining(note) as string] });
  expect(readFileSync(sandbox.path("doctor.txt"), "utf8").replaceAll(/\s+/g, " ")).toContain(note);
  await prepare("127.0.0.2");
  expect(JSON.parse((await doctor("far")).stdout)).not.toHaveProperty("notes");
});

it("a watch says it from the beginning, and in its report", async () => {
  await prepare("192.0.2.7");
  const { code, stdout } = await check("--from", "far!", "--watch", "--until-pass");
  expect(code).toBe(0);
  expect(stdout.replaceAll(/\s+/g, " ").split(note)).toHaveLength(3);
  expect(await check("--from", "far", "--watch")).toMatchObject({ code: 2, stdout: "" });
});

it("what --from leaves out to send from is still there for a responder; the twin has no vantage point there", async () => {
  const port = await closedPort();
  const required = [{ from: "near", to: "far", tcp: port }];
  const hosts = [
    { ...hostOf("near"), address: "127.0.0.1" },
    { ...hostOf("far"), address: "127.0.0.3" },
  ];
  const reasonWith = async (vantages: Record<string, unknown>) => {
    sandbox.write("t.json", topologyOf(required, { hosts, vantages, stage: "preinstall" }));
    const { stdout } = await check("--from", "near", "--responders", "auto", "--format", "json");
    return (JSON.parse(stdout) as Run).results.map(({ reason }) => reason);
  };
  // Another node that is said to be this machine is not, once `--from` names one.
  expect(await reasonWith({ cmk: "local", far: { exec: ["env"] } })).toEqual(["responder-answered"]);
  expect(await reasonWith({ cmk: "local" })).toEqual(["path-open-nothing-listens"]);
});
