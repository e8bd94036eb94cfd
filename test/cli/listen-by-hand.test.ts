import { once } from "node:events";
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import type { Run } from "../../src/model/run/run.ts";
import { useListeners } from "./listeners.ts";
import { portmatrix, startPortmatrix } from "./program.ts";
import { useSandbox } from "./sandbox.ts";
import { hostOf, onlyExtra, topologyOf } from "./topology.ts";

const sandbox = useSandbox();
const { closedPort } = useListeners();
const env = { PORTMATRIX_KEY: "0123456789abcdef0123456789abcdef" };

/** Checks from `near` while a responder is listening for `far`, and joins what it recorded with the run. */
async function checkAndJoin(vantages: Record<string, unknown>, ...args: string[]) {
  const cwd = sandbox.path(".");
  const port = await closedPort();
  const hosts = [hostOf("near"), hostOf("also-here"), { ...hostOf("far"), address: "127.0.0.3" }];
  const requirements = ["near", "also-here"].map((from) => ({ from, to: "far", tcp: port }));
  sandbox.write("t.json", topologyOf(requirements, { hosts, vantages, stage: "preinstall" }));
  const listening = ["listen", "t.json", "--as", "far", "--for", "30s", "--record", "arrivals.json"];
  const responder = startPortmatrix(listening, { cwd, env });
  await once(responder.child.stdout, "data");
  const checking = ["check", "t.json", ...onlyExtra, "--responders", "far", "--format", "json=run.json", ...args];
  const checked = await portmatrix(checking, { cwd, env });
  responder.child.kill("SIGINT");
  await responder.finished;
  const joined = await portmatrix(["report", "run.json", "--merge", "arrivals.json", "--format", "json"], { cwd });
  const { flows } = JSON.parse(readFileSync(sandbox.path("arrivals.json"), "utf8")) as { flows: object };
  const results = (JSON.parse(joined.stdout) as Run).results.map(
    ({ from, reason, evidence }) => `${from} ${reason} ${evidence.farEnd?.arrivals.length}`,
  );
  return { code: checked.code, joined: joined.code, results, told: Object.values(flows).flat().length };
}

it.each<[string, Record<string, unknown>, string[]]>([
  ["--from, on a machine of which the topology says nothing", {}, ["--from", "near"]],
  [
    "--from, where another node is said to be that machine",
    { "also-here": "local", near: "local" },
    ["--from", "near"],
  ],
])("what arrived is joined with a run of %s", async (_what, vantages, args) => {
  const { code, joined, results, told } = await checkAndJoin(vantages, ...args);
  expect({ code, joined, results, told }).toEqual({
    code: 0,
    joined: 0,
    results: ["near responder-answered 1"],
    told: 1,
  });
});

it("so is what one packet proves for two nodes of one machine", async () => {
  const { results } = await checkAndJoin({ "also-here": "local", near: "local" });
  expect(results).toEqual(["also-here responder-answered 1", "near responder-answered 1"]);
});
