import { networkInterfaces } from "node:os";
import { parseAddress } from "../../model/address/address.ts";
import { isLoopback } from "../../model/address/loopback.ts";
import { readIpLiteral } from "../../model/address/ip-literal.ts";
import { InputError } from "../../model/text/problem.ts";
import type { Topology } from "../../model/topology/topology.ts";
import { isLocal } from "../../model/topology/vantage-spec.ts";
import { lookups } from "./lookups.ts";
import { waysAsProblems } from "./ways-to-send.ts";

/** The two questions to this machine, as a seam for tests. */
export interface Machine {
  /** Addresses of all interfaces, in canonical form. */
  addresses: () => readonly string[];
  /** All addresses of a name; empty if it does not resolve in time. */
  resolve: (name: string) => Promise<readonly string[]>;
}

/** An address of an interface as a topology may write it: a link-local one with the interface's name or number. */
function spellings(link: string, { address, scopeid }: { address: string; scopeid?: number }): string[] {
  if (readIpLiteral(address)?.kind !== "link-local") return [parseAddress(address)?.text ?? address];
  return [`${address}%${link}`, ...(scopeid === undefined ? [] : [`${address}%${scopeid}`])];
}

const lookupBudgetMs = 2_000;
const namesLookedUpAtMost = 200;

/** The machine that this process runs on. */
export const thisMachine: Machine = {
  addresses: () =>
    Object.entries(networkInterfaces()).flatMap(([link, all]) => (all ?? []).flatMap((one) => spellings(link, one))),
  resolve: async (name) => {
    // A name that does not resolve is not this machine; the check itself reports it with its cause.
    let timer: NodeJS.Timeout | undefined;
    const found = new Promise<string[]>((done) => {
      timer = setTimeout(done, lookupBudgetMs, []);
      lookups.lookup(name, (error, all) => done(error === null ? all.map(({ address }) => address) : []));
    });
    return found.finally(() => clearTimeout(timer));
  },
};

/** Every node of a topology that can send, with its addresses. */
export function nodesOf(topology: Topology): { name: string; address: readonly string[] }[] {
  const { server, remote_sites, hosts, clusters, relays } = topology;
  return [server, ...remote_sites, ...hosts, ...clusters.flatMap(({ nodes }) => nodes), ...relays];
}

/**
 * Which nodes this machine is: `--from`, else those with `vantages: {NODE: local}`, else the one that has an address
 * of a local interface. None is fine if other vantage points are declared, or `mayBeNone`: what is looked at may come from
 * files alone. Throws InputError if it cannot tell; with `isCheck` it says what to do instead of `check` on this machine.
 */
export async function identify(
  topology: Topology,
  file: string,
  from: string | undefined,
  machine: Machine,
  { mayBeNone = false, isCheck = false } = {},
): Promise<string[]> {
  const nodes = nodesOf(topology);
  const names = nodes.map(({ name }) => name);
  if (from !== undefined) {
    if (names.includes(from)) return [from];
    throw new InputError([
      { file: "--from", message: `the topology has no node "${from}"; nodes: ${listNodes(names)}` },
    ]);
  }
  const declared = Object.keys(topology.vantages).filter((node) => isLocal(topology.vantages[node]));
  if (declared.length > 0) return declared;
  const elsewhere = new Set(Object.keys(topology.vantages)); // each is reached through a command, so none of them is here
  const matches = await nodesHere(
    nodes.filter(({ name }) => !elsewhere.has(name)),
    machine,
  );
  if (matches.length === 1) return matches;
  if (matches.length === 0 && (elsewhere.size > 0 || mayBeNone)) return [];
  if (matches.length > 1) {
    const message = `this machine has the addresses of several nodes (${matches.join(", ")}); say which one it is with --from NODE, or declare "vantages: {NODE: local}"`;
    throw new InputError([{ file, message }]);
  }
  const own = machine.addresses().filter((one) => !/%\d+$/.test(one));
  if (!isCheck) {
    const message = `none of the topology's nodes has an address of this machine (${listNodes(own)}); run this on one of them, say which node this machine is with --from NODE!, or declare "vantages: {NODE: local}"; nodes: ${listNodes(names)}`;
    throw new InputError([{ file, message }]);
  }
  const message = `this machine (${listNodes(own)}) is none of the nodes (${listNodes(names)}), and a flow can be sent only from where it starts. What you can do:`;
  throw new InputError([{ file, message }, ...waysAsProblems(names[0] ?? "NODE", file)]);
}

/** Those of the nodes that have an address of this machine, or a name that leads to it. */
export async function nodesHere(
  nodes: readonly { name: string; address: readonly string[] }[],
  machine: Machine,
): Promise<string[]> {
  const here = new Set(machine.addresses());
  const literal = nodes.filter(({ address }) => address.some((one) => here.has(one)));
  if (literal.length > 0) return literal.map(({ name }) => name);
  const named = nodes.filter(({ address }) => address.some((one) => parseAddress(one)?.kind === "name"));
  if (named.length > namesLookedUpAtMost) return [];
  const isHere = async (address: readonly string[]): Promise<boolean> => {
    const resolved = await Promise.all(
      address.filter((one) => parseAddress(one)?.kind === "name").map(machine.resolve),
    );
    // Debian resolves a machine's own name to 127.0.1.1, which no interface lists.
    return resolved.flat().some((one) => here.has(one) || isLoopback(one));
  };
  const flags = await Promise.all(named.map(({ address }) => isHere(address)));
  return named.filter((_, at) => flags[at]).map(({ name }) => name);
}

/** Names in a message: the first twelve, and how many more there are. */
export const listNodes = (words: readonly string[]): string =>
  words.length <= 12 ? words.join(", ") : `${words.slice(0, 12).join(", ")} and ${words.length - 12} more`;
