import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { loadTopology } from "../../src/load/topology/topology.ts";
import { nodesOf } from "../../src/commands/identify/identify.ts";
import type { Lab } from "../net/lab.ts";
import { addNode, listen, type Part, type Place, play } from "../net/paths.ts";
import { root } from "./program.ts";

/** What listens in the world of an example, and what its firewall does: rules of an nftables input chain. */
export interface World {
  listens: readonly Place[];
  plays: readonly Part[];
  rules: readonly string[];
}

const tcp = (address: string, ...ports: number[]): Place[] => ports.map((port) => ({ protocol: "tcp", address, port }));

const part = (service: Part["service"], address: string, port: number): Part => ({
  service,
  address,
  port,
  site: "main",
  receiverPort: 8000,
});

/** The worlds in which the examples run: what works there, and what is broken. */
export const worlds: Readonly<Record<string, World>> = {
  // The change opened SSH on the server by mistake, forgot the database, and the agent of db01 was never registered.
  "firewall-change": {
    listens: [
      ...tcp("10.0.2.1", 22),
      ...tcp("10.0.2.9", 22, 5432),
      ...tcp("10.0.0.5", 22),
      { protocol: "udp", address: "10.0.0.53", port: 53, reply: "dns" },
    ],
    plays: [
      part("agent", "10.0.2.1", 6556),
      part("https", "10.0.0.5", 443),
      part("https", "10.0.0.5", 8000),
      part("livestatus", "10.0.0.5", 6557),
      part("http", "127.0.0.1", 5000),
    ],
    rules: [
      "ip daddr { 10.0.2.1, 10.0.2.9 } tcp dport 22 drop",
      "ip daddr 10.0.0.5 tcp dport 6557 drop",
      "ip daddr 10.0.2.9 tcp dport 5432 drop",
    ],
  },
  // Nothing is installed; the firewall forgot four hosts and prohibits SNMP to one switch.
  preinstall: {
    listens: [],
    plays: [part("https", "10.0.2.1", 443)],
    rules: [
      "ip daddr { 10.0.2.17, 10.0.2.18, 10.0.2.19, 10.0.2.20 } tcp dport 6556 drop",
      "ip daddr 10.0.3.2 udp dport 161 reject with icmp type admin-prohibited",
    ],
  },
  // The web server answers, so the agent learns the receiver's port, and then a firewall drops that one.
  registration: {
    listens: [],
    plays: [part("https", "10.0.0.5", 443), part("https", "10.0.0.5", 8000)],
    rules: ["ip daddr 10.0.0.5 tcp dport 8000 drop"],
  },
};

/** The secrets that the examples name. */
export const exampleSecrets = { SNMP_COMMUNITY: "example", SNMP_AUTH: "example-auth", SNMP_PRIV: "example-priv" };

/**
 * Makes a node of the lab that has every address of an example's topology on its loopback device, so that no packet
 * can leave it, and gives it that example's listeners and firewall.
 */
export async function buildWorld(lab: Lab, example: string): Promise<void> {
  const { listens, plays, rules } = worlds[example] ?? { listens: [], plays: [], rules: [] };
  const { topology } = await loadTopology(`${root}examples/${example}/topology.yaml`);
  const { dns = [], ntp = [], smtp = [], ldap = [] } = topology.outgoing ?? {};
  const outgoing = [dns, ntp, smtp, ldap].flat().map(({ address }) => address);
  const addresses = [...new Set([...nodesOf(topology).flatMap(({ address }) => address), ...outgoing])];
  await addNode(lab, example);
  const add = (address: string): string =>
    `ip -n ${example} addr add ${address}${address.includes(":") ? "/128 dev lo nodad" : "/32 dev lo"}`;
  await lab.script(addresses.map(add).join("\n"));
  const chain = `chain input { type filter hook input priority 0; policy accept;\n${rules.join("\n")}\n}`;
  await lab.rules(example, rules.length === 0 ? "" : `table inet firewall {\n${chain}\n}`);
  if (listens.length > 0) await listen(lab, example, listens);
  if (plays.length > 0) await play(lab, example, plays);
}

/**
 * A PATH whose `ssh HOST sh` runs the shell right here: in the world of an example every node is the same machine, as
 * it has the addresses of all.
 */
export function pathWithSsh(lab: Lab): string {
  const folder = `${lab.dir}/bin`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/ssh`, '#!/bin/sh\nwhile [ "$1" != sh ]; do shift; done\nexec "$@"\n');
  chmodSync(`${folder}/ssh`, 0o755);
  return `${folder}:${process.env["PATH"] ?? ""}`;
}
