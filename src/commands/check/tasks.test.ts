import { expect, it } from "vitest";
import type { LoadedTopology } from "../../load/topology/topology.ts";
import type { Probe } from "../../model/flow.ts";
import { tasksOf } from "./tasks.ts";

it("a probe that may not be confirmed is a careful task at its vantage point", async () => {
  const loaded = { topology: { hosts: [] } } as unknown as LoadedTopology;
  const probe = (id: string, mayConfirm: boolean): Probe => ({
    id,
    from: "site",
    target: "web01",
    spec: { kind: "tcp", port: 6556 },
    expectations: ["open"],
    mayConfirm,
  });
  const tasks = await tasksOf([probe("agent", false), probe("web", true)], loaded, 100, () => "web01");
  const plain = { target: "web01", timeoutMs: 100, probe: { kind: "tcp", port: 6556 } };
  expect(tasks.map(({ task }) => task)).toEqual([
    { ...plain, id: "agent", careful: true },
    { ...plain, id: "web" },
  ]);
});

it("several addresses of a service that wants to be asked alone are asked one after the other", async () => {
  const loaded = { topology: { hosts: [] } } as unknown as LoadedTopology;
  const probe = (id: string, port: number, mayConfirm = false): Probe => ({
    id,
    from: "site",
    target: id,
    spec: { kind: "tcp", port },
    expectations: ["open"],
    mayConfirm,
  });
  const probes = [probe("v4", 6556), probe("v6", 6556), probe("db", 6556), probe("v4-web", 443, true)];
  const nodes: Record<string, string> = { v4: "web01", v6: "web01", db: "db01", "v4-web": "web01" };
  const tasks = await tasksOf(probes, loaded, 100, (id) => nodes[id]);
  expect(tasks.map(({ alone }) => alone)).toEqual(["site web01 6556", "site web01 6556", undefined, undefined]);
});

it("a probe has the time that the topology grants it, else that of the run", async () => {
  const loaded = { topology: { hosts: [] } } as unknown as LoadedTopology;
  const probe = {
    from: "site",
    target: "web01",
    spec: { kind: "icmp" },
    expectations: ["open"],
    mayConfirm: true,
  } as const;
  const probes = [
    { ...probe, id: "slow", timeoutMs: 60_000 },
    { ...probe, id: "usual" },
  ];
  const tasks = await tasksOf(probes, loaded, 3_500, () => undefined);
  expect(tasks.map(({ task }) => task.timeoutMs)).toEqual([60_000, 3_500]);
});
