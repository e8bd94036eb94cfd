import { describe, expect, it } from "vitest";
import { shippedCatalogs } from "../../test/catalog/read-catalog.ts";
import { topologySchema } from "../model/topology/topology.ts";
import { plan } from "./plan.ts";
import { unusedParts } from "./unused.ts";

const catalog = shippedCatalogs().at(-1)?.catalog;
if (catalog === undefined) throw new Error("no catalog is shipped");

const cluster = catalog.sections.find(({ anchor }) => anchor === "appliance_cluster")?.id ?? "";
const parse = (parts: object) =>
  topologySchema.safeParse({
    server: {
      name: "cmk",
      address: "10.0.0.5",
      sites: [{ name: "main" }],
      features: ["snmp-traps", "syslog-udp"],
      outgoing: { dns: ["10.0.0.53"], ntp: ["10.0.0.123"] },
    },
    hosts: [
      { name: "web01", address: "10.0.2.1" },
      { name: "sw01", address: "10.0.3.1", agent: "none", snmp: { version: "2c", community: { env: "A" } } },
    ],
    clusters: [
      {
        name: "ha",
        nodes: [
          { name: "n1", address: "10.0.9.1" },
          { name: "n2", address: "10.0.9.2" },
        ],
      },
    ],
    ...parts,
  });
const topologyWith = (parts: object) => {
  const parsed = parse(parts);
  if (!parsed.success) throw parsed.error;
  return parsed.data;
};
const acceptedBy = (parts: object): string[] => {
  const { flows } = plan(catalog, topologyWith(parts));
  return [...new Set(flows.flatMap(({ accepts, requirement }) => (accepts === undefined ? [] : [requirement])))];
};
const notesOn = (parts: object): string[] => {
  const topology = topologyWith(parts);
  return unusedParts(catalog, topology, plan(catalog, topology).flows).map(
    ({ path, message }) => `${path.join(".")} ${message}`,
  );
};
const mute = ["snmp-trap", "syslog-udp", "corosync-ring0", "corosync-ring1"];

describe("whose silence is accepted", () => {
  it.each<[string, object, string[]]>([
    ["nobody's without the key", {}, []],
    ["everybody's who answers nobody; DNS, NTP and SNMP answer", { accept: "unverifiable" }, mute],
    ["that of a requirement", { accept: { unverifiable: ["snmp-trap"] } }, ["snmp-trap"]],
    ["that of a section by number", { accept: { unverifiable: [cluster] } }, ["corosync-ring0", "corosync-ring1"]],
    ["that of a section by its anchor", { accept: { unverifiable: ["cmk_incoming_host_outgoing"] } }, mute.slice(0, 2)],
    [
      "that of a requirement of one's own",
      { requirements: [{ from: "web01", to: "cmk", udp: 6514, accept: "unverifiable" }] },
      ["udp-6514"],
    ],
    [
      "that of a node, although its group is named without",
      {
        requirements: [
          { from: "hosts", to: "cmk", udp: 6514 },
          { from: "web01", to: "cmk", udp: 6514, accept: "unverifiable" },
        ],
      },
      ["udp-6514"],
    ],
  ])("%s", (_, parts, expected) => expect(acceptedBy(parts)).toEqual(expected));

  it("a node that one entry accepts does not make its whole group accepted", () => {
    const requirements = [
      { from: "hosts", to: "cmk", udp: 6514 },
      { from: "web01", to: "cmk", udp: 6514, accept: "unverifiable" },
    ];
    const { flows } = plan(catalog, topologyWith({ requirements }));
    const own = flows.filter(({ port }) => port === 6514).map(({ from, accepts }) => `${from} ${accepts}`);
    expect(own).toEqual(["sw01 undefined", "web01 unverifiable"]);
  });

  it.each<[string, object, string]>([
    ["a word that is nothing", { accept: { unverifiable: ["snmp-trapp"] } }, 'accept.unverifiable.0 "snmp-trapp"'],
    ["a service that answers", { accept: { unverifiable: ["dns"] } }, 'accept.unverifiable.0 "dns" accepts nothing'],
    [
      "a port that is asked what it answers",
      { requirements: [{ from: "web01", to: "sw01", udp: 161, accept: "unverifiable" }] },
      "requirements.0.accept this accepts nothing",
    ],
  ])("%s accepts nothing, which is said", (_, parts, note) => {
    expect(acceptedBy(parts)).toEqual([]);
    expect(notesOn(parts)).toEqual([expect.stringContaining(note)]);
    expect(notesOn({ accept: "unverifiable" })).toEqual([]);
  });

  it.each([
    { from: "web01", to: "cmk", tcp: 514, accept: "unverifiable" },
    { from: "web01", to: "cmk", icmp: true, accept: "unverifiable" },
    { from: "web01", to: "cmk", udp: 514, expect: "blocked", accept: "unverifiable" },
    { from: "web01", to: "cmk", udp: 514, accept: "silence" },
  ])("%j is refused", (requirement) => expect(parse({ requirements: [requirement] }).success).toBe(false));
});
