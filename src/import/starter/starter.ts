import { stringify } from "yaml";
import { parseAddress, whyNoAddress } from "../../model/address/address.ts";
import { isSiteName } from "../../model/topology/topology.ts";
import { uniqueNames } from "../draft/names.ts";

/** A node by its name and address. */
export interface StarterNode {
  name: string;
  address: string;
}

/** What a starter topology is made of. */
export interface Starter {
  stage: "live" | "preinstall";
  /** `checkmk/2.3`. */
  catalog: string;
  server: StarterNode;
  site: string;
  hosts: readonly StarterNode[];
}

const one = (value: string): string => stringify(value, { lineWidth: 0 }).trimEnd();
const nodeLine = ({ name, address }: StarterNode): string => `  - { name: ${one(name)}, address: ${one(address)} }`;

const stages = {
  live: ["# Checkmk is installed and runs. Before it is: preinstall; then a refusal shows that the path is open."],
  preinstall: [
    "# Nothing is installed yet, so a refusal shows that the path is open. Once Checkmk runs: live.",
    "# What must answer a probe before that, `portmatrix check` says.",
  ],
} as const;

const noHosts = [
  "# No host yet. One line for each, or for many:",
  "#   - { name: web01, address: 10.0.2.1 }",
  "hosts: []",
];

/** A topology to begin with: what was asked for, and the usual next steps as comments. */
export function starterTopology({ stage, catalog, server, site, hosts }: Starter): string {
  const hostLines = hosts.length === 0 ? noHosts : ["hosts:", ...hosts.map(nodeLine)];
  const lines = [
    "# What there should be: portmatrix plan lists every connection that this needs, portmatrix check tries them.",
    "# docs/topology.md explains every key.",
    `catalog: ${one(catalog)}`,
    "",
    ...stages[stage],
    `stage: ${stage}`,
    "",
    "server:",
    `  name: ${one(server.name)}`,
    `  address: ${one(server.address)}`,
    "  sites:",
    `    - { name: ${one(site)} } # ports that differ: { name: …, ports: { agent_receiver: 8001 } }`,
    "  # What is switched on besides, for example:",
    "  # features: [syslog-udp, snmp-traps, agent-bakery]",
    "",
    ...hostLines,
    "  # Many at once, a table, a device with SNMP, a host whose agent pushes, a special agent:",
    '  # - { name: "web[01-20]", address: "10.0.2.[1-20]" }',
    "  # - { include: hosts.csv }",
    "  # - { name: sw01, address: 10.0.3.1, agent: none, snmp: { version: 2c, community: { env: SNMP_COMMUNITY } } }",
    "  # - { name: kiosk1, address: 10.0.2.50, agent: push }",
    "  # - { name: esx01, address: 10.0.4.1, special_agents: [vsphere] }",
    "",
    "# Further sites of distributed monitoring:",
    "# remote_sites:",
    "#   - { name: muc, address: 10.1.0.5, sites: [{ name: muc }], features: [livestatus] }",
    "",
    "# What the server itself needs:",
    "# outgoing: { dns: [10.0.0.53], ntp: [10.0.0.123], smtp: [mail.example.com] }",
    "",
    "# What the document cannot know, and what must be closed:",
    "# requirements:",
    "#   - { from: server, to: hosts, tcp: 22 }",
    "#   - { from: hosts, to: server, tcp: 6557, expect: blocked }",
    "",
    "# How to send from a node; a node whose address this machine has is this machine:",
    "# vantages:",
    '#   hosts: { exec: [ssh, -T, -o, BatchMode=yes, "{address}"] }',
  ];
  return `${lines.map((line) => (hosts.length === 0 && line.startsWith("  # ") ? line.slice(2) : line)).join("\n")}\n`;
}

/** Reads `NAME`, `ADDRESS` or `NAME=ADDRESS`; a text says what is wrong. */
export function readNode(text: string): StarterNode | string {
  const [first = "", ...rest] = text.split("=");
  const address = (rest.length === 0 ? first : rest.join("=")).trim();
  const parsed = parseAddress(address);
  if (parsed === undefined) return address === "" ? "an address is missing: NAME=ADDRESS" : whyNoAddress(address);
  if (rest.length === 0) return { name: nameOf(address), address: parsed.text };
  const name = first.trim();
  return isSiteName(name)
    ? { name, address: parsed.text }
    : `"${name}" is no name: letters, digits, '.', '_', inner '-'`;
}

/** The first part of a DNS name; an address gets a name with it. */
function nameOf(address: string): string {
  const isName = parseAddress(address)?.kind === "name";
  return uniqueNames().claim(isName ? (address.split(".")[0] ?? "") : `host-${address.replaceAll(/[.:%]+/g, "-")}`);
}
