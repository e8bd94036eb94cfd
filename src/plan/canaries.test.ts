import { describe, expect, it } from "vitest";
import { flow, planOf } from "../../test/cases/judge-case.ts";
import { type Topology, topologySchema } from "../model/topology.ts";
import type { Plan } from "../model/flow.ts";
import { type Canary, canariesByProbe } from "./canaries.ts";

const topology = (controls: boolean): Topology =>
  topologySchema.parse({
    server: { name: "cmk", address: "10.0.0.5", sites: [{ name: "main" }] },
    hosts: [{ name: "web01", address: ["10.0.3.7", "db.example.com"], controls }],
  });
const to = (address: string, port = 6556, from = "cmk") => flow({ from, to: "web01", address, port });

/** Each canary once. */
const canariesOf = (plan: Plan, of: Topology): Canary[] => [...new Set(canariesByProbe(plan, of).values())];

describe("canariesByProbe", () => {
  it("gives one port for each sender and target, and the same one every time", () => {
    const plan = planOf([to("10.0.3.7"), to("10.0.3.7", 22), to("10.0.3.8"), to("10.0.3.7", 22, "muc")]);
    const canaries = canariesOf(plan, topology(true));
    expect(canaries.map(({ from, target }) => `${from} ${target}`)).toEqual([
      "cmk 10.0.3.7",
      "cmk 10.0.3.8",
      "muc 10.0.3.7",
    ]);
    for (const { port } of canaries) expect(port >= 20_000 && port < 30_000).toBe(true);
    expect(canariesOf(plan, topology(true))).toEqual(canaries);
    expect(canaries[0]?.port).toBe(canaries[2]?.port);
    expect(canaries[0]?.port).not.toBe(canaries[1]?.port);
  });

  it("gives it to each TCP probe there", () => {
    const plan = planOf([to("10.0.3.7"), to("10.0.3.7", 22), flow({ protocol: "icmp", address: "10.0.3.7" })]);
    const byProbe = canariesByProbe(plan, topology(true));
    const tcp = plan.probes.filter(({ spec }) => spec.kind === "tcp").map(({ id }) => id);
    expect([...byProbe.keys()]).toEqual(tcp);
    expect(new Set(byProbe.values()).size).toBe(1);
  });

  it("never takes a port that a flow names", () => {
    const [first] = canariesOf(planOf([to("10.0.3.7")]), topology(true));
    const port = first?.port ?? 0;
    const [next] = canariesOf(planOf([to("10.0.3.7"), to("10.0.3.7", port)]), topology(true));
    expect(next?.port).toBe(port + 1);
  });

  it.each(["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1", "localhost"])("sends none to %s", (address) => {
    expect(canariesOf(planOf([to(address)]), topology(true))).toEqual([]);
  });

  it("sends none to a host that is marked `controls: false`", () => {
    const plan = planOf([to("10.0.3.7"), to("db.example.com"), to("10.0.3.8")]);
    expect(canariesOf(plan, topology(false)).map(({ target }) => target)).toEqual(["10.0.3.8"]);
    expect(canariesOf(plan, topology(true))).toHaveLength(3);
  });

  it("sends none where no TCP is asked", () => {
    expect(canariesOf(planOf([flow({ protocol: "icmp", address: "10.0.3.9" })]), topology(true))).toEqual([]);
  });
});
