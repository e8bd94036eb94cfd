import { addressOf } from "../draft/names.ts";
import type { DraftHost } from "../draft/draft.ts";
import { hostExtras } from "../draft/render-host.ts";
import type { WrittenHost } from "./written.ts";

/** A key of a host that the source tells another value of; `after` is absent where the topology's default means it. */
export interface HostChange {
  key: string;
  before: unknown;
  after?: unknown;
  /** The value itself where the default means it: a table's cell says it all the same. */
  cell: unknown;
}

/** Names of variables are a person's choice, so settings that differ in them alone are the same. */
const withoutNames = (value: unknown): string =>
  JSON.stringify(value, (key, inside: unknown) => (key === "env" || key === "file" ? "secret" : inside)) ?? "";

/** True if two settings say the same, whatever the variables are called. */
export const isSame = (one: unknown, other: unknown): boolean => withoutNames(one) === withoutNames(other);

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : [value]);
const addressesOf = (value: unknown): string =>
  listOf(value)
    .map((one) => addressOf(String(one)) ?? String(one))
    .join(" ");
const isFilled = (value: unknown): boolean => Array.isArray(value) && value.length > 0;

/**
 * What the source tells otherwise than a topology. What it does not tell is a person's: `ping`, `timeout`, remarks, and a
 * `legacy` agent, which looks like a pulled one from there. An address in another notation is the same address.
 */
export function changesOf(old: WrittenHost, host: DraftHost, firstSite: string | undefined): HostChange[] {
  const changes: HostChange[] = [];
  const { addresses, site, os, agent } = host;
  if (addressesOf(old["address"]) !== addressesOf(addresses)) {
    const after = addresses.length === 1 ? addresses[0] : addresses;
    changes.push({ key: "address", before: old["address"], after, cell: addresses.join(" ") });
  }
  const scalar = (key: string, now: string | undefined, usual: string | undefined): void => {
    const before = old[key] ?? usual;
    if (now === undefined || now === before) return;
    changes.push({ key, before: old[key], ...(now === usual ? {} : { after: now }), cell: now });
  };
  const usualAgent = isFilled(old["special_agents"] ?? host.special_agents) ? "none" : "pull";
  scalar("site", site, firstSite);
  scalar("os", os, "linux");
  if (!(old["agent"] === "legacy" && agent === "pull")) scalar("agent", agent, usualAgent);
  for (const [key, now] of Object.entries(hostExtras(host))) {
    const before = old[key];
    const after = key === "ports" ? { ...(before as object | undefined), ...(now as object) } : now;
    if (!isSame(before, after)) changes.push({ key, before, after, cell: after });
  }
  return changes;
}

const shown = (value: unknown): string => (value === undefined ? "(default)" : JSON.stringify(value));

/** One line for a change. */
export const tellChange = (name: string, { key, before, after }: HostChange, where = ""): string =>
  `~ ${name}: ${key} ${shown(before)} -> ${shown(after)}${where}`;
