import { InputError } from "../../model/text/problem.ts";
import type { Ruleset } from "../../model/firewall/ruleset.ts";
import { readText } from "../text-file.ts";
import { isFirewalldListing, readFirewalldListing } from "./firewalld-listing.ts";
import { isIptablesSave, readIptablesSave } from "./iptables-save.ts";
import { readNftRuleset } from "./nft-ruleset.ts";
import { isUfwRules, readUfwRules } from "./ufw-rules.ts";
import { isUfwStatus, readUfwStatus } from "./ufw-status.ts";
import { readWindowsExport } from "./windows-export.ts";

/** Largest listing of a firewall, in bytes. */
const rulesetLimit = 50_000_000;

/** Reads a firewall as its tool lists it; an `InputError` for anything else. */
export async function loadRuleset(file: string): Promise<Ruleset> {
  const ruleset = readRuleset(await readText(file, rulesetLimit));
  if (typeof ruleset !== "string") return ruleset;
  throw new InputError([{ file, message: ruleset }]);
}

/** Knows a listing by what is in it; a sentence for what is none. */
export function readRuleset(text: string): Ruleset | string {
  if (isUfwRules(text)) return readUfwRules(text);
  if (isIptablesSave(text)) {
    const read = readIptablesSave(text);
    // A part of a ruleset would let everything pass.
    return read.chains.length > 0 && read.chains.every(({ hook }) => hook === undefined) ? partOfRuleset : read;
  }
  if (isUfwStatus(text)) return readUfwStatus(text);
  if (isFirewalldListing(text)) return readFirewalldListing(text);
  if (text.trimStart().startsWith("{")) {
    const value = jsonIn(text);
    const found = readNftRuleset(value) ?? readWindowsExport(value);
    if (found !== undefined) return found;
  }
  return hints.find(([pattern]) => pattern.test(text))?.[1] ?? unknown;
}

/** The value of a JSON text; `undefined` for anything else. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What is like a listing, and what to give instead. */
const hints: readonly (readonly [RegExp, string])[] = [
  [/^\s*table (?:inet|ip6?) \S+ \{/m, "this is the output of `nft list ruleset`; give that of `nft -j list ruleset`"],
  [/^Chain INPUT \(/m, "this is the output of `iptables -L`; give that of `iptables-save`"],
  [/^-P INPUT /m, "this is the output of `iptables -S`; give that of `iptables-save`"],
  [/<zone\b/, "this is a zone file of firewalld; give `firewall-offline-cmd --list-all-zones`, which reads it"],
  [/^Rule Name:/m, "this is the output of netsh; give what the script of docs/firewall-team.md exports"],
];
const partOfRuleset =
  "no built-in chain (INPUT, OUTPUT) is in it: this is a part of a ruleset; give all of iptables-save";
const unknown =
  "this is no listing of a firewall: nft -j list ruleset, iptables-save, firewall-cmd --list-all-zones, ufw status verbose (in English, LC_ALL=C), or what the script for Windows of docs/firewall-team.md exports";
