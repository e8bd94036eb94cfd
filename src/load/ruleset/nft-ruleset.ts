import { z } from "zod";
import type {
  Rejection,
  RuleAction,
  RuleCondition,
  Ruleset,
  RulesetChain,
  RulesetRule,
} from "../../model/firewall/ruleset.ts";
import { rejectionNamed } from "./rejection-named.ts";
import { matchText, readMatch } from "./nft-match.ts";

// libnftables-json(5)
const chainSchema = z.looseObject({
  family: z.string(),
  table: z.string(),
  name: z.string(),
  hook: z.string().optional(),
  prio: z.number().optional(),
  policy: z.string().optional(),
  /** Of a chain at `ingress` or `egress`: its device, or several. */
  dev: z.union([z.string(), z.array(z.string())]).optional(),
});
const ruleSchema = z.looseObject({
  family: z.string(),
  table: z.string(),
  chain: z.string(),
  comment: z.string().optional(),
  handle: z.number().optional(),
  expr: z.array(z.record(z.string(), z.unknown())).default([]),
});
const setSchema = z.looseObject({
  family: z.string(),
  table: z.string(),
  name: z.string(),
  elem: z.array(z.unknown()).default([]),
});
const listingSchema = z.looseObject({ nftables: z.array(z.record(z.string(), z.unknown())) });

const families = ["ip", "ip6", "inet", "netdev", "bridge"] as const;
const familyOf = (text: string): RulesetChain["family"] | undefined => families.find((one) => one === text);

/** Reads what `nft -j list ruleset` prints; `undefined` for anything else. What cannot be read of a rule stays in it as `unread`. */
export function readNftRuleset(value: unknown): Ruleset | undefined {
  const listing = listingSchema.safeParse(value);
  if (!listing.success) return undefined;
  const sets = new Map<string, readonly unknown[]>();
  for (const { set } of listing.data.nftables) {
    const read = setSchema.safeParse(set);
    if (read.success) sets.set([read.data.family, read.data.table, read.data.name].join(" "), read.data.elem);
  }
  const chains = new Map<string, RulesetChain & { rules: RulesetRule[] }>();
  for (const { chain } of listing.data.nftables) {
    const read = chainSchema.safeParse(chain);
    const family = read.success ? familyOf(read.data.family) : undefined;
    if (!read.success || family === undefined) continue;
    const { table, name, hook, prio = 0, policy, dev } = read.data;
    const devices = dev === undefined ? {} : { devices: [dev].flat() };
    const base =
      hook === undefined ? {} : { hook: { name: hook, priority: prio, policy: policyOf(policy), ...devices } };
    chains.set([family, table, name].join(" "), { family, table, name, ...base, rules: [] });
  }
  for (const { rule } of listing.data.nftables) {
    const read = ruleSchema.safeParse(rule);
    if (!read.success) continue;
    const { family, table, chain } = read.data;
    const elementsOf = (name: string) => sets.get([family, table, name].join(" "));
    chains.get([family, table, chain].join(" "))?.rules.push(ruleOf(read.data, elementsOf));
  }
  return { tool: "nft", families: [4, 6], chains: [...chains.values()] };
}

const policyOf = (text: string | undefined): "accept" | "drop" => (text === "drop" ? "drop" : "accept");

/** Statements that let the packet go on to the next statement. */
const harmless = new Set(["counter", "log", "comment", "mangle", "notrack", "meter", "set", "ct helper"]);

function ruleOf(
  { comment, expr, chain, handle }: z.infer<typeof ruleSchema>,
  elementsOf: (name: string) => readonly unknown[] | undefined,
): RulesetRule {
  const conditions: RuleCondition[] = [];
  let action: RuleAction = { kind: "none" };
  let packets: number | undefined;
  for (const statement of expr) {
    const [[kind, value] = ["", undefined]] = Object.entries(statement);
    if (kind === "match") conditions.push(...readMatch(value, elementsOf));
    else if (kind === "accept" || kind === "return") action = { kind };
    else if (kind === "drop") action = { kind };
    else if (kind === "reject") action = { kind: "drop", answer: rejectionOf(value) };
    else if (kind === "counter") packets = packetsOf(value);
    else if (kind === "jump" || kind === "goto") action = { kind, chain: targetOf(value) };
    else if (kind === "limit") conditions.push({ what: "unread" });
    else if (kind === "xt") conditions.push({ what: "unread" });
    else if (!harmless.has(kind)) action = { kind: "unread" };
  }
  // A target of iptables is a statement of its own, and the rule may do anything.
  if (expr.some((statement) => Object.hasOwn(statement, "xt")) && action.kind === "none") action = { kind: "unread" };
  const text = `${chain}: ${expr.map(statementText).filter(Boolean).join(" ")}`;
  return {
    text: comment === undefined ? text : `${text} "${comment}"`,
    conditions,
    action,
    ...(comment === undefined ? {} : { comment }),
    ...(packets === undefined ? {} : { packets }),
    ...(handle === undefined ? {} : { handle }),
  };
}

/** `reject` alone is a port-unreachable (nft(8), "REJECT STATEMENT"). */
function rejectionOf(value: unknown): Rejection {
  if (typeof value !== "object" || value === null) return "port-unreachable";
  const { type, expr = "port-unreachable" } = value as { type?: unknown; expr?: unknown };
  return type === "tcp reset" ? "reset" : rejectionNamed(String(expr));
}

function packetsOf(value: unknown): number | undefined {
  if (typeof value !== "object" || value === null || !("packets" in value)) return undefined;
  return typeof value.packets === "number" ? value.packets : undefined;
}

/** A statement as nft would write it, more or less. */
function statementText(statement: Record<string, unknown>): string {
  const [[kind, value] = ["", undefined]] = Object.entries(statement);
  if (kind === "counter") return "";
  if (kind === "match") return matchText(value);
  if (kind === "jump" || kind === "goto") return `${kind} ${targetOf(value)}`;
  return value === null || kind === "reject" ? kind : `${kind} ${JSON.stringify(value)}`;
}

function targetOf(value: unknown): string {
  return typeof value === "object" && value !== null && "target" in value ? String(value.target) : "";
}
