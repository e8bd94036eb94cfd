import { expect, it } from "vitest";
import { catalogSchema } from "../../model/catalog.ts";
import { topologySchema } from "../../model/topology/topology.ts";
import type { VantageSpec } from "../../model/topology/vantage-spec.ts";
import { plan } from "../../plan/plan.ts";
import { probesOfOwnNames } from "./own-names.ts";

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
  product: "test",
  version: "1",
  title: "Ports",
  url: "https://docs.example.com/",
  source: "test",
  sections: [{ id: "1", anchor: "any", title: { en: "Any", de: "Alle" }, requirements: [requirement] }],
});
const exec: VantageSpec = { exec: ["ssh", "x"] };
const topology = topologySchema.parse({
  server: { name: "cmk", address: ["10.0.0.5", "cmk.example.com"], sites: [{ name: "main" }] },
  hosts: [
    { name: "self", address: "CMK.example.com" },
    { name: "db01", address: "db01.example.com" },
    { name: "neighbour", address: "neighbour.example.com" },
    { name: "nickname", address: "cmk" },
    { name: "literal", address: "127.0.0.1" },
    { name: "v6", address: "2001:db8::a" },
  ],
  requirements: [
    { from: "cmk", to: "hosts", tcp: 22 },
    { from: "cmk", to: "cmk", tcp: 22 },
    { from: "db01", to: "hosts", tcp: 22 },
    { from: "db01", to: "db01", tcp: 22 },
  ],
  vantages: { db01: exec },
});

it("are those of the sender, of its machine, and none else", () => {
  const { flows } = plan(catalog, topology);
  const senders = new Map<string, VantageSpec>([
    ["cmk", "local"],
    ["neighbour", "local"],
    ["db01", exec],
  ]);
  expect([...probesOfOwnNames(flows, topology, senders)].toSorted()).toEqual([
    "cmk->cmk.example.com/tcp/22", // itself, and the host that is the same machine
    "cmk->cmk/tcp/22", // its own name
    "cmk->neighbour.example.com/tcp/22", // is said to be here as well
    "db01->db01.example.com/tcp/22",
  ]);
});
