import type { Judgement, Result } from "../../model/run/run.ts";
import { inThousands } from "../../model/thousands.ts";

/** What sentences about a flow need to know of it. */
export type Facts = Judgement | Result;

/** `1.2 ms`, `830 ms`, `3.2 s`, `2 min 5 s`: three digits are enough for a reader. */
export function duration(milliseconds: number): string {
  if (milliseconds < 9.95) return `${trimmed(milliseconds, 1)} ms`;
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 119_500) return `${trimmed(milliseconds / 1000, 1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** `2026-11-20 20:00 UTC`: a moment of a record, which has it as ISO 8601 in UTC. */
export const moment = (iso: string): string => `${iso.slice(0, 16).replace("T", " ")} UTC`;

/** `web01 → cmk`; `cmk → itself` where a node asks itself. */
export const pair = (from: string, to: string): string => `${from} → ${from === to ? "itself" : to}`;

const trimmed = (value: number, digits: number): string => value.toFixed(digits).replace(/\.0$/, "");

/** `8000/tcp`, or `ICMP echo`. */
export function service({ protocol, port }: Pick<Facts, "protocol" | "port">): string {
  return port === undefined ? "ICMP echo" : `${port}/${protocol}`;
}

/** `10.0.0.5:8000/tcp`, `[fd00::5]:8000/tcp`; the address alone for ICMP. */
function endpoint({ address, protocol, port }: Pick<Facts, "address" | "protocol" | "port">): string {
  if (port === undefined) return address;
  return `${address.includes(":") ? `[${address}]` : address}:${port}/${protocol}`;
}

/** `cmk (10.0.0.5:8000/tcp)`; without the name where the name is the address; `itself (…)` where a node asks itself. */
export function target(facts: Pick<Facts, "from" | "to" | "address" | "protocol" | "port">): string {
  if (facts.to === facts.address) return endpoint(facts);
  return `${facts.to === facts.from ? "itself" : facts.to} (${endpoint(facts)})`;
}

/** The service that a flow id names: `443/tcp`, or `ping`; the whole id if it has none. */
export function serviceIn(id: string): string {
  const [, protocol, port] = /\/(tcp|udp)\/(\d+)(?:\/|$)/.exec(id) ?? [];
  return port === undefined ? (id.includes("/icmp") ? "ping" : id) : `${port}/${protocol}`;
}

/** `1 flow`, `4 flows`. */
export function counted(count: number, noun: string): string {
  return `${inThousands(count)} ${noun}${count === 1 ? "" : "s"}`;
}

let naturalOrder: Intl.Collator | undefined;

/** Names in the order a person expects: h2 before h10. Sorts a copy, without repetitions. */
export function inOrder(names: Iterable<string>): string[] {
  naturalOrder ??= new Intl.Collator("en", { numeric: true }); // takes long to make, so not for runs that sort nothing
  const { compare } = naturalOrder;
  return [...new Set(names)].toSorted((a, b) => compare(a, b) || (a < b ? -1 : 1));
}

/** `a`, `a and b`, `a, b and c`, `a, b, c and 12 more`: at most `limit` of them by name. */
export function listed(names: readonly string[], limit = 4): string {
  const shown = names.length > limit + 1 ? names.slice(0, limit) : names;
  const rest = names.length - shown.length;
  if (rest > 0) return `${shown.join(", ")} and ${inThousands(rest)} more`;
  return shown.length < 2 ? shown.join("") : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}

/** `3 nodes (web01, web02 and web03)`, or the name if there is one. */
export function nodes(names: readonly string[]): string {
  return names.length === 1 ? `${names[0]}` : `${inThousands(names.length)} nodes (${listed(names)})`;
}

/** `cmk (10.0.0.5 and fd00::5)`; the name alone where it is the only address or none is known. */
export function withAddresses(name: string, addresses: readonly string[]): string {
  return addresses.every((address) => address === name) ? name : `${name} (${listed(addresses)})`;
}

/** A word as a POSIX shell needs it; quoted only where it must be. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** The command that writes the script of a node. */
export function scriptCommandFor(node: string, topology: string | undefined): string {
  const file = topology === undefined ? "" : ` ${shellWord(topology)}`;
  return `portmatrix script${file} --from ${shellWord(node)}`;
}

/** The command that probes what starts at a node, to be run there. */
export function commandAt(node: string, topology: string | undefined): string {
  const file = topology === undefined ? "" : ` ${shellWord(topology)}`;
  return `portmatrix check${file} --from ${shellWord(node)}`;
}
