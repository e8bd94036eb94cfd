import { describe, expect, it } from "vitest";
import { flow, planOf } from "../../test/cases/judge-case.ts";
import { type Topology, topologySchema } from "../model/topology/topology.ts";
import type { Plan } from "../model/flow.ts";
import { type Decoy, decoysByProbe, sparedFromDecoys } from "./decoys.ts";

const topology = (controls: boolean | undefined, whole = false): Topology =>
  topologySchema.parse({
    controls: whole,
    server: { name: "cmk", address: "10.0.0.5", sites: [{ name: "main" }] },
    hosts: [{ name: "web01", address: ["10.0.3.7", "db.example.com"], controls }],
  });
const to = (address: string, port = 6556, from = "cmk") => flow({ from, to: "web01", address, port });

/** Each decoy once. */
const decoysOf = (plan: Plan, of: Topology, isWanted?: boolean): Decoy[] => [
  ...new Set(decoysByProbe(plan, of, isWanted).values()),
];
const everywhere = topology(undefined, true);

describe("decoysByProbe", () => {
  it("gives one port for each sender and target, and the same one every time", () => {
    const plan = planOf([to("10.0.3.7"), to("10.0.3.7", 22), to("10.0.3.8"), to("10.0.3.7", 22, "muc")]);
    const decoys = decoysOf(plan, everywhere);
    expect(decoys.map(({ from, target }) => `${from} ${target}`)).toEqual([
      "cmk 10.0.3.7",
      "cmk 10.0.3.8",
      "muc 10.0.3.7",
    ]);
    for (const { port } of decoys) expect(port >= 20_000 && port < 30_000).toBe(true);
    expect(decoysOf(plan, everywhere)).toEqual(decoys);
    expect(decoys[0]?.port).toBe(decoys[2]?.port);
    expect(decoys[0]?.port).not.toBe(decoys[1]?.port);
  });

  it("gives it to each TCP probe there", () => {
    const plan = planOf([to("10.0.3.7"), to("10.0.3.7", 22), flow({ protocol: "icmp", address: "10.0.3.7" })]);
    const byProbe = decoysByProbe(plan, everywhere, undefined);
    const tcp = plan.probes.filter(({ spec }) => spec.kind === "tcp").map(({ id }) => id);
    expect([...byProbe.keys()]).toEqual(tcp);
    expect(new Set(byProbe.values()).size).toBe(1);
  });

  it("never takes a port that a flow names", () => {
    const [first] = decoysOf(planOf([to("10.0.3.7")]), everywhere);
    const port = first?.port ?? 0;
    const [next] = decoysOf(planOf([to("10.0.3.7"), to("10.0.3.7", port)]), everywhere);
    expect(next?.port).toBe(port + 1);
  });

  it.each(["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1", "localhost"])("sends none to %s", (address) => {
    expect(decoysOf(planOf([to(address)]), everywhere)).toEqual([]);
  });

  it.each<[string, boolean | undefined, boolean, boolean | undefined, string[]]>([
    // what, `controls` of the host, of the topology, of the command line, which targets
    ["nobody asked for it", undefined, false, undefined, []],
    ["the command line asks", undefined, false, true, ["10.0.3.7", "db.example.com", "10.0.3.8"]],
    ["the topology asks", undefined, true, undefined, ["10.0.3.7", "db.example.com", "10.0.3.8"]],
    ["a host asks", true, false, undefined, ["10.0.3.7", "db.example.com"]],
    ["a host forbids what the topology asks", false, true, undefined, ["10.0.3.8"]],
    ["a host forbids what the command line asks", false, false, true, ["10.0.3.8"]],
    ["the command line forbids all", true, true, false, []],
  ])("%s", (_what, host, whole, isWanted, targets) => {
    const plan = planOf([to("10.0.3.7"), to("db.example.com"), to("10.0.3.8")]);
    expect(decoysOf(plan, topology(host, whole), isWanted).map(({ target }) => target)).toEqual(targets);
  });

  it("knows the addresses that a name must not lead to", () => {
    const isSpared = sparedFromDecoys(topology(false));
    expect(["10.0.3.7", "127.0.0.1", "::1"].map(isSpared)).toEqual([true, true, true]);
    expect(isSpared("10.0.3.8")).toBe(false);
    expect(sparedFromDecoys(topology(undefined))("10.0.3.7")).toBe(false);
  });

  it("sends none where no TCP is asked", () => {
    expect(decoysOf(planOf([flow({ protocol: "icmp", address: "10.0.3.9" })]), everywhere)).toEqual([]);
  });
});
