import type { Evidence } from "../model/outcome.ts";
import { printable } from "../model/text/printable.ts";
import type { Seen } from "./flight/prober.ts";

/** Longest foreign text that becomes evidence, in characters; a run record holds thousands of them. */
const mostCharacters = 256;
/** Longest list of such texts. */
const mostTexts = 64;

/** The parts of the evidence that hold words of the other side. */
const foreign = ["replySummary", "snmp", "service"] as const satisfies readonly (keyof Evidence)[];

/**
 * What was seen, with every text of the other side printable and cut to 256 characters, wherever it stands. Probers cut
 * most of it shorter themselves; this is for what one of them forgets.
 */
export function bounded(seen: Seen): Seen {
  const { evidence } = seen;
  if (foreign.every((key) => evidence[key] === undefined)) return seen;
  const cut = Object.fromEntries(foreign.flatMap((key) => (key in evidence ? [[key, bound(evidence[key])]] : [])));
  return { outcome: seen.outcome, evidence: { ...evidence, ...cut } };
}

function bound(value: unknown): unknown {
  if (typeof value === "string") return printable(value, mostCharacters);
  if (Array.isArray(value)) return value.slice(0, mostTexts).map(bound);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inside]) => [key, bound(inside)]));
}
