import { parseAddress } from "../../model/address/address.ts";
import { isLoopback } from "../../model/address/loopback.ts";
import { InputError } from "../../model/text/problem.ts";
import type { Topology } from "../../model/topology/topology.ts";
import { type Machine, nodesOf } from "./identify.ts";

/**
 * Reads `--from NODE!`: the mark says that this machine is NODE although it has none of its addresses, as behind address
 * translation. No name of a node ends with it.
 */
export function readFrom<Options extends { from?: string }>(options: Options): Options & { isFromSure?: boolean } {
  if (options.from?.endsWith("!") !== true) return options;
  return { ...options, from: options.from.slice(0, -1), isFromSure: true };
}

/**
 * Those of the nodes that this machine is said to be of which it has no address: what is sent for them comes from
 * another place of the network. A node without a literal address may be anywhere.
 */
export async function nodesElsewhere(topology: Topology, said: readonly string[], machine: Machine): Promise<string[]> {
  const elsewhere: string[] = [];
  for (const { name, address } of nodesOf(topology)) {
    if (said.includes(name) && (await isElsewhere(address, machine))) elsewhere.push(name);
  }
  return elsewhere;
}

/** True for a node with a literal address and none of its addresses on this machine. */
export async function isElsewhere(addresses: readonly string[], machine: Machine): Promise<boolean> {
  const here = new Set(machine.addresses());
  const isHere = (address: string): boolean => here.has(address) || isLoopback(address);
  const names = addresses.filter((one) => parseAddress(one)?.kind === "name");
  if (names.length === addresses.length || addresses.some(isHere)) return false;
  const resolved = (await Promise.all(names.map(machine.resolve))).flat();
  return !resolved.some(isHere);
}

/** Refuses `--from NODE` on a machine that evidently is not NODE: its run would prove nothing and ask strangers. */
export function refuseElsewhere(
  topology: Topology,
  { from, isFromSure }: { from?: string; isFromSure?: boolean },
  elsewhere: readonly string[],
): void {
  if (from === undefined || isFromSure === true || !elsewhere.includes(from)) return;
  throw elsewhereError(from, nodesOf(topology).find(({ name }) => name === from)?.address ?? []);
}

/** Why `--from NODE` is refused here; `node` is what it stands for. */
export function elsewhereError(from: string, addresses: readonly string[], node = from): InputError {
  const shown = addresses.slice(0, 4).join(", ");
  const message = `this machine has no address of ${node} (${shown}), so it would send from the wrong place; run it on ${node}, or write --from ${from}! if this is ${node} behind address translation`;
  return new InputError([{ file: "--from", message }]);
}
