import { parseAddress } from "../../model/address/address.ts";
import { InputError } from "../../model/problem.ts";
import type { Topology } from "../../model/topology.ts";
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
  const here = new Set(machine.addresses());
  const isHere = (address: string): boolean => here.has(address) || address.startsWith("127.") || address === "::1";
  const elsewhere: string[] = [];
  for (const { name, address } of nodesOf(topology)) {
    if (!said.includes(name)) continue;
    const names = address.filter((one) => parseAddress(one)?.kind === "name");
    if (names.length === address.length || address.some(isHere)) continue;
    const resolved = (await Promise.all(names.map(machine.resolve))).flat();
    if (!resolved.some(isHere)) elsewhere.push(name);
  }
  return elsewhere;
}

/** Refuses `--from NODE` on a machine that evidently is not NODE: its run would prove nothing and ask strangers. */
export function refuseElsewhere(
  topology: Topology,
  { from, isFromSure }: { from?: string; isFromSure?: boolean },
  elsewhere: readonly string[],
): void {
  if (from === undefined || isFromSure === true || !elsewhere.includes(from)) return;
  const addresses = nodesOf(topology).find(({ name }) => name === from)?.address ?? [];
  const shown = addresses.slice(0, 4).join(", ");
  const message = `this machine has no address of ${from} (${shown}), so it would send from the wrong place; run it on ${from}, or write --from ${from}! if this is ${from} behind address translation`;
  throw new InputError([{ file: "--from", message }]);
}
