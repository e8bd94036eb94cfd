import { expect, it } from "vitest";
import type { LoadedTopology } from "../load/topology.ts";
import type { Probe } from "../model/flow.ts";
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
  const tasks = await tasksOf([probe("agent", false), probe("web", true)], loaded, 100);
  const plain = { target: "web01", timeoutMs: 100, probe: { kind: "tcp", port: 6556 } };
  expect(tasks.map(({ task }) => task)).toEqual([
    { ...plain, id: "agent", careful: true },
    { ...plain, id: "web" },
  ]);
});
