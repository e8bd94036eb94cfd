import { describe, expect, it } from "vitest";
import type { LoadedTopology } from "../../load/topology/topology.ts";
import { catalogSchema } from "../../model/catalog.ts";
import type { Observation, Outcome } from "../../model/outcome.ts";
import { topologySchema } from "../../model/topology/topology.ts";
import { plan } from "../../plan/plan.ts";
import { prepare } from "./prepare.ts";

const requirement = {
  id: "any",
  from: "remote-site",
  to: "central",
  protocol: "tcp",
  port: 8000,
  service: "Any",
  short: "Any",
  purpose: "any purpose",
  probe: { kind: "tcp" },
  source: "test",
};
const catalog = catalogSchema.parse({
  product: "checkmk",
  version: "2.3",
  title: "Ports",
  url: "https://docs.example.com/",
  source: "test",
  sections: [{ id: "1", anchor: "any", title: { en: "Any", de: "Alle" }, requirements: [requirement] }],
});

const prepared = async (vantages: Record<string, unknown> = { cmk: "local" }) => {
  const topology = topologySchema.parse({
    server: { name: "cmk", address: "10.0.0.5", sites: [{ name: "main" }] },
    hosts: [
      { name: "web01", address: ["10.0.3.7", "10.0.3.8"] },
      { name: "db01", address: "10.0.3.9", controls: false },
    ],
    requirements: [
      { from: "server", to: "hosts", tcp: 22 },
      { from: "server", to: "hosts", tcp: 23, expect: "blocked" },
      { from: "web01", to: "server", tcp: 443 },
    ],
    vantages,
  });
  const place = { file: "t.yaml" };
  const loaded: LoadedTopology = { topology, file: "t.yaml", locate: () => place, networks: [], env: {} };
  const wholePlan = plan(catalog, topology);
  const planned = { loaded, catalog, plan: wholePlan, wholePlan };
  return prepare(planned, "t.yaml", { timeout: 500, controls: true });
};
const saw = (outcome: Outcome): Observation => ({ answers: [{ address: "10.0.3.7", outcome, evidence: {} }] });
const open = saw({ kind: "open", rttMs: 1 });
const silent = saw({ kind: "silent", waitedMs: 500 });

describe("prepare", () => {
  it("knows of each probe what is expected of it", async () => {
    const { isSurprising, tasks } = await prepared();
    expect(tasks.map(({ id }) => id)).toEqual(expect.arrayContaining(["cmk->10.0.3.7/tcp/22", "cmk->10.0.3.7/tcp/23"]));
    expect(isSurprising("cmk->10.0.3.7/tcp/22", open)).toBe(false);
    expect(isSurprising("cmk->10.0.3.7/tcp/22", silent)).toBe(true);
    expect(isSurprising("cmk->10.0.3.7/tcp/23", open)).toBe(true);
    expect(isSurprising("cmk->10.0.3.7/tcp/23", silent)).toBe(false);
  });

  it("sends what starts here, by the vantage points that it needs", async () => {
    const here = await prepared();
    expect([...here.needed]).toEqual([["cmk", "local"]]);
    expect(new Set(here.tasks.map(({ vantage }) => vantage))).toEqual(new Set(["cmk"]));
    const exec = { exec: ["ssh", "web01"] };
    const both = await prepared({ cmk: "local", web01: exec, db01: exec });
    expect(Object.fromEntries(both.needed)).toEqual({ cmk: "local", web01: exec });
    expect(both.tasks.map(({ id }) => id)).toContain("web01->10.0.0.5/tcp/443");
  });

  it("has a decoy for each TCP probe but those to hosts without controls", async () => {
    const { decoys, tasks } = await prepared();
    const spared = tasks.filter(({ target }) => target === "10.0.3.9");
    expect(spared).toHaveLength(2);
    for (const { id, target } of tasks)
      expect(decoys.get(id)?.target).toBe(spared.some((one) => one.id === id) ? undefined : target);
  });
});
