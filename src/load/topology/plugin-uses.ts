import type { Problem } from "../../model/text/problem.ts";
import { usedConnections } from "../../model/plugin/plugin-connections.ts";
import { type PluginUse, pluginUsesSchema } from "../../model/plugin/plugin-use.ts";
import type { Roster } from "../../model/plugin/plugin.ts";
import type { PluginKind } from "../../model/plugin/plugin-kinds.ts";
import { quote } from "../yaml/place.ts";
import type { Locate, Path } from "../yaml/place.ts";
import { didYouMean } from "../yaml/suggest.ts";

/** The keys of a topology that list plug-ins, and which kind stands there. */
const kindsByKey = {
  special_agents: "special-agents",
  active_checks: "active-checks",
  notifications: "notifications",
  exports: "exports",
} as const satisfies Readonly<Record<string, PluginKind>>;
type Key = keyof typeof kindsByKey;

const ofHosts = ["special_agents", "active_checks"] as const;
const ofOutgoing = ["notifications", "exports"] as const;

interface WrittenList {
  key: Key;
  path: Path;
  list: readonly unknown[];
}

/**
 * Every list of plug-ins in a topology as it was written, whatever else is wrong with it; hosts are written out, one by
 * one.
 */
export function pluginLists(value: unknown): WrittenList[] {
  const all = fields(value);
  const servers = [["server"] as Path, ...listAt(all, "remote_sites").map((_, at): Path => ["remote_sites", at])];
  const outgoing: Path[] = [["outgoing"], ...servers.map((path) => [...path, "outgoing"])];
  const found: WrittenList[] = [];
  const add = (holder: Fields, path: Path, keys: readonly Key[]): void => {
    for (const key of keys) {
      if (Array.isArray(holder[key])) found.push({ key, path: [...path, key], list: holder[key] as unknown[] });
    }
  };
  for (const path of outgoing) add(fields(path.reduce<unknown>(stepInto, value)), path, ofOutgoing);
  for (const [index, host] of listAt(all, "hosts").entries()) {
    const holder = fields(host);
    if (ofHosts.some((key) => key in holder)) add(holder, ["hosts", index], ofHosts); // most of many hosts have none
  }
  return found;
}

/** Plug-ins that do not exist, and those whose connections the topology leaves open. */
export function checkPluginUses(lists: readonly WrittenList[], roster: Roster, locate: Locate): Problem[] {
  const problems: Problem[] = [];
  for (const { key, path, list } of lists) {
    const firstOf = new Map<string, number>();
    for (const [index, written] of list.entries()) {
      const read = pluginUsesSchema.element.safeParse(written);
      if (!read.success) continue; // the schema says so
      const at = [...path, index];
      const isPlain = typeof written === "string";
      const report = (inside: readonly string[], message: string): void => {
        const rest = isPlain ? [] : [read.data.name, ...inside];
        problems.push({ ...locate([...at, ...rest], inside.length === 0 ? "key" : "value"), message });
      };
      problemOf(read.data, kindsByKey[key], roster, report);
      const same = JSON.stringify(read.data);
      const first = firstOf.get(same);
      if (first === undefined) firstOf.set(same, index);
      else report([], `${read.data.name} stands here twice; keep one of them`);
    }
  }
  return problems;
}

type Say = (inside: readonly string[], message: string) => void;

function problemOf({ name, options }: PluginUse, kind: PluginKind, roster: Roster, report: Say): void {
  const plugin = roster[kind].get(name);
  if (plugin === undefined) {
    report([], `no ${wordOf[kind]} is called ${quote(name)}${hintFor(name, kind, roster)}`);
    return;
  }
  const used = usedConnections(plugin, options);
  if (!("message" in used)) return;
  const guess = used.word === undefined ? "" : didYouMean(used.word, used.known ?? []);
  report(used.path, `${used.message}${guess}`);
}

const wordOf: Readonly<Record<PluginKind, string>> = {
  "special-agents": "special agent",
  "active-checks": "active check",
  notifications: "notification method",
  exports: "export",
};

function hintFor(name: string, kind: PluginKind, roster: Roster): string {
  const elsewhere = Object.entries(kindsByKey).find(([, other]) => other !== kind && roster[other].has(name));
  if (elsewhere !== undefined) return `; it stands under ${elsewhere[0]}:`;
  const guess = didYouMean(name, roster[kind].keys());
  return guess === "" ? `; \`portmatrix catalog ${kind}\` lists them` : guess;
}

type Fields = Readonly<Record<string, unknown>>;
const fields = (one: unknown): Fields => (typeof one === "object" && one !== null ? (one as Fields) : {});
const stepInto = (value: unknown, step: PropertyKey): unknown => fields(value)[String(step)];
const listAt = (holder: Fields, key: string): readonly unknown[] =>
  Array.isArray(holder[key]) ? (holder[key] as unknown[]) : [];
