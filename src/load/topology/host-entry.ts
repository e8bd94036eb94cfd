import { parseAddress, splitPort } from "../../model/address/address.ts";
import { quote } from "../yaml/place.ts";
import { hasRange, readPattern } from "./range.ts";
import type { Pattern } from "./range.ts";
import { readSubnet } from "./subnet.ts";
import { inThousands } from "../../model/thousands.ts";

/** A value as it was read, before its schema has looked at it. */
export type RawHost = Record<string, unknown>;

/** What is wrong in one entry; the path is relative to the entry. */
export interface EntryProblem {
  path: PropertyKey[];
  message: string;
}

/** A hosts entry that may stand for many hosts, counted but not yet written out. */
export interface HostPattern {
  count: number;
  at: (index: number) => RawHost;
}

/**
 * Reads the ranges and networks in `name` and `address` of one entry. Name and addresses advance together, so all
 * must stand for the same number of hosts. A plain name with many addresses becomes `NAME-ADDRESS`, made of the first
 * address with `-` for `.`, `:` and `%`. A network stands for its hosts only where the entry says that it is many: by a range
 * in the name, or under `network` in place of `address`. Anywhere else a prefix is a slip and is refused. What is not a
 * pattern is passed on as it is, for the schema to judge.
 */
export function readHostEntry(entry: RawHost): HostPattern | EntryProblem[] {
  return Object.hasOwn(entry, "network") ? readNetworkEntry(entry) : readEntry(entry, false);
}

/** An entry with `network: 10.0.3.0/28`: the hosts of that network. */
function readNetworkEntry(entry: RawHost): HostPattern | EntryProblem[] {
  const { network, ...rest } = entry;
  if (Object.hasOwn(entry, "address")) {
    return [{ path: ["network"], message: "address: and network: stand here both; keep one of them" }];
  }
  if (typeof network !== "string" || !network.includes("/")) {
    return [{ path: ["network"], message: "expected a network, such as 10.0.3.0/28 or 2001:db8::/120" }];
  }
  const read = readEntry({ ...rest, address: network }, true);
  if (!Array.isArray(read)) return read;
  return read.map((problem) => (problem.path[0] === "address" ? { ...problem, path: ["network"] } : problem));
}

function readEntry(entry: RawHost, mayBeNetwork: boolean): HostPattern | EntryProblem[] {
  if (isPlain(entry["name"]) && isPlain(entry["address"])) return { count: 1, at: () => entry };
  const isMany = mayBeNetwork || (typeof entry["name"] === "string" && hasRange(entry["name"]));
  const problems: EntryProblem[] = [];
  const read = (value: unknown, path: PropertyKey[]): Pattern | undefined => {
    if (typeof value !== "string") return undefined;
    const isAddress = path[0] === "address";
    if (isAddress && (value.includes("://") || splitPort(value) !== undefined)) return undefined; // the schema says so
    const pattern = isAddress && value.includes("/") ? readNetwork(value, isMany) : readRange(value);
    if (typeof pattern !== "string") return pattern;
    problems.push({ path, message: pattern });
    return undefined;
  };
  const name = read(entry["name"], ["name"]);
  const isList = Array.isArray(entry["address"]);
  const written: unknown[] = Array.isArray(entry["address"]) ? entry["address"] : [entry["address"]];
  const addresses = written.map((value, index) => read(value, isList ? ["address", index] : ["address"]));
  if (problems.length > 0) return problems;

  const named = name?.count ?? 1;
  const count = addresses.reduce((most, address) => Math.max(most, address?.count ?? 1), named);
  if (count === 1 && named === 1) return { count: 1, at: () => writeOne(entry, name, addresses, written, isList) };
  for (const [index, address] of addresses.entries()) {
    if (address === undefined || (address.count === count && (named === count || named === 1))) continue;
    const message = `expands to ${hosts(address.count)}, but ${
      named !== 1 && named !== address.count
        ? `the name ${quote(String(entry["name"]))} for ${hosts(named)}`
        : `another address for ${hosts(count)}`
    }; both must count alike`;
    problems.push({
      path: isList ? ["address", index] : ["address"],
      message: `${quote(String(written[index]))} ${message}`,
    });
  }
  if (problems.length > 0) return problems;
  return {
    count,
    at: (index) => {
      const texts = written.map((value, place) => addresses[place]?.at(index) ?? value);
      const own =
        named === 1 && typeof entry["name"] === "string" ? derive(name?.at(0) ?? "", texts[0]) : name?.at(index);
      return { ...entry, name: own ?? entry["name"], address: isList ? texts : texts[0] };
    },
  };
}

/** The hosts of a network, or why it cannot stand there. A full prefix, as in 10.0.2.1/32, is one host in any case. */
function readNetwork(text: string, isMany: boolean): Pattern | string {
  const network = readSubnet(text);
  if (isMany || (typeof network !== "string" && network.count === 1)) return network;
  const [address = ""] = text.split("/");
  if (parseAddress(address)?.kind !== "ip") return network;
  if (typeof network === "string") return `${quote(text)} is not the address of a host: for one host write ${address}`;
  const one = "for one host write its address alone";
  return `${quote(text)} is a network and not the address of a host: ${one}, for all of them network: ${text}`;
}

function isPlain(value: unknown): boolean {
  return typeof value === "string" && !hasRange(value) && !value.includes("/");
}

function readRange(text: string): Pattern | string {
  // Bracketed IPv6 literals belong to URLs; the schema says what an address looks like.
  if (!hasRange(text) || isBracketedAddress(text)) return { count: 1, at: () => text };
  return readPattern(text);
}

function isBracketedAddress(text: string): boolean {
  return (
    text.startsWith("[") && text.endsWith("]") && parseAddress(text.slice(1, -1)) !== undefined && text.includes(":")
  );
}

function writeOne(
  entry: RawHost,
  name: Pattern | undefined,
  addresses: readonly (Pattern | undefined)[],
  written: readonly unknown[],
  isList: boolean,
): RawHost {
  const texts = written.map((value, place) => addresses[place]?.at(0) ?? value);
  const changed: RawHost = { ...entry };
  if (name !== undefined) changed["name"] = name.at(0);
  if ("address" in entry) changed["address"] = isList ? texts : texts[0];
  return changed;
}

function derive(name: string, address: unknown): string {
  return `${name}-${String(address).replaceAll(/[.:%]/g, "-")}`;
}

function hosts(count: number): string {
  return count === 1 ? "1 host" : `${inThousands(count)} hosts`;
}
