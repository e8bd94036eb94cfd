import type { Result } from "../../model/run/run.ts";

/** So many addresses of a node are named; most have one. */
const named = 2;

/** The addresses by which each node was asked: `10.0.0.5`, `10.0.0.5, fd00::5`. A node that nobody asked has none. */
export function addressesOf(results: readonly Pick<Result, "from" | "to" | "address">[]): ReadonlyMap<string, string> {
  const found = new Map<string, Set<string>>();
  for (const { from, to, address } of results) {
    if (from === to) continue; // over loopback
    const known = found.get(to);
    if (known === undefined) found.set(to, new Set([address]));
    else known.add(address);
  }
  return new Map(
    [...found].map(([node, all]) => {
      const some = [...all].slice(0, named).join(", ");
      return [node, all.size > named ? `${some} …` : some];
    }),
  );
}

/** `10.0.2.1 → 10.0.0.5` under a pair of names; empty where the names are the addresses, or none is known. */
export function betweenAddresses(from: readonly [string, string], to: readonly [string, string]): string {
  const [source, target] = [from, to].map(([name, address]) => (name === address ? "" : address));
  if (from[0] === to[0] || target === "") return "";
  return source === "" ? `→ ${target}` : `${source} → ${target}`;
}
