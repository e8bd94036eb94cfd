import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import type { Run } from "../../src/model/run.ts";
import { useListeners } from "./listeners.ts";
import { portmatrix } from "./program.ts";
import { useSandbox } from "./sandbox.ts";
import { hostOf, onlyExtra, topologyOf } from "./topology.ts";

const sandbox = useSandbox();
const { tcp } = useListeners();

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
  const formats = ["table", ...["json", "ndjson", "junit", "markdown", "tap", "nagios"].map((one) => `${one}=${one}`)];
  const { code, stdout } = await check("--from", "far!", ...formats.flatMap((one) => ["--format", one]));
  expect(code).toBe(0);
  expect(stdout).toContain(note);
  const texts = formats.slice(1).map((one) => readFileSync(sandbox.path(one.split("=")[0] ?? ""), "utf8"));
  for (const text of texts) expect(text).toContain(note);
  expect((JSON.parse(texts[0] ?? "") as Run).notes).toEqual([expect.stringContaining(note)]);
  // A saved run says it as well.
  expect((await portmatrix(["report", sandbox.path("json")])).stdout).toContain(note);
});

it("the twin: on the right machine nothing is refused and nothing is noted", async () => {
  await prepare("127.0.0.2");
  const { code, stdout } = await check("--from", "far", "--format", "json");
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).not.toHaveProperty("notes");
});
