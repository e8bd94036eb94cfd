import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import { runSchema } from "../../src/model/run/run.ts";
import { type Listener, useListeners } from "./listeners.ts";
import { portmatrix } from "./program.ts";
import { useSandbox } from "./sandbox.ts";
import { topologyOf } from "./topology.ts";

const sandbox = useSandbox();
const { tcp, closedPort } = useListeners();
/** Stands where a proxy would: it counts whoever comes. */
let proxy: Listener;
beforeEach(async () => {
  proxy = await tcp();
});

/** Checks a license server that refuses, directly or as `outgoing` has it, from here or by a worker. */
async function check(env: Record<string, string>, outgoing: object = {}, vantage: unknown = "local") {
  const license = { address: "127.0.0.1", port: await closedPort() };
  const parts = { hosts: [], outgoing: { license, ...outgoing }, vantages: { cmk: vantage } };
  sandbox.write("t.json", topologyOf([], parts));
  const args = ["check", "t.json", "--only", "license", "--timeout", "1s", "--format", "table"];
  const ran = await portmatrix([...args, "--format", "json=run.json"], { cwd: sandbox.path("."), env });
  const record = readFileSync(sandbox.path("run.json"), "utf8");
  const [result] = runSchema.parse(JSON.parse(record)).results;
  return { ...ran, result, everything: ran.stdout + ran.stderr + record };
}

const environment = () => ({ https_proxy: `http://user:s3cret@127.0.0.1:${proxy.port}` });

describe("a proxy in the environment", () => {
  it.each([
    ["of this machine", "local"],
    ["of a vantage point", { exec: ["env"] }],
  ])("%s is named without its login, and not used", async (_where, vantage) => {
    const { result, stdout, everything } = await check(environment(), {}, vantage);
    const url = `http://127.0.0.1:${proxy.port}`;
    expect(result).toMatchObject({ verdict: "fail", reason: "connection-refused" });
    expect(result?.evidence.webProxy).toEqual({ variable: "https_proxy", url });
    expect(result?.advice).toContain(`write \`outgoing: { proxy: "${url}" }\``);
    expect(stdout.replaceAll(/\s+/g, " ")).toContain("names a web proxy (https_proxy:");
    expect(everything).not.toContain("s3cret");
    expect(proxy.visits).toEqual([]);
  });

  it("is not named for what no_proxy excepts, or where there is none", async () => {
    for (const env of [{ ...environment(), no_proxy: "127.0.0.1" }, {}])
      expect((await check(env as Record<string, string>)).everything).not.toContain("web proxy");
  });

  it("twin: the topology names it, so it is asked in place of the direct way", async () => {
    const port = await closedPort();
    const { result, everything } = await check(environment(), { proxy: `http://127.0.0.1:${port}` });
    expect(result).toMatchObject({ port, verdict: "fail" });
    expect(everything).not.toContain("names a web proxy");
    expect(proxy.visits).toEqual([]);
  });
});
