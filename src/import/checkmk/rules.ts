import { isMap } from "../python/literal.ts";
import type { FoundHost, FoundRule, RuleConditions } from "./found.ts";

/** Whether a rule is for a host, as far as its conditions can be understood. */
export type Match = "yes" | "no" | "unknown";

/** Groups inside of each other that repeat take a regular expression exponential time: they are not tried. */
const isSlow = (pattern: string): boolean => /\([^)]*[+*}][^)]*\)[+*{]/.test(pattern) || pattern.length > 500;

/** Whether a rule is for this host. Rules of a folder are for the hosts in it and below it. */
function matchRule({ folder, conditions }: FoundRule, host: FoundHost): Match {
  const path = folder === "/" ? "" : folder;
  if (host.folder !== folder && !host.folder.startsWith(`${path}/`)) return "no";
  const parts = [matchName(conditions.hostNames, host.name), matchLabels(conditions.labels, host)];
  for (const tag of conditions.tags) parts.push(matchTag(tag, host));
  if (parts.includes("no")) return "no";
  return parts.includes("unknown") || conditions.unknown.length > 0 ? "unknown" : "yes";
}

function matchName(condition: RuleConditions["hostNames"], name: string): Match {
  if (condition === undefined) return "yes";
  let found: Match = "no";
  for (const { text, isRegex } of condition.patterns) {
    const one = isRegex ? matchPattern(text, name) : text === name ? "yes" : "no";
    if (one === "yes") found = "yes";
    else if (one === "unknown" && found === "no") found = "unknown";
  }
  if (found === "unknown") return found;
  return (found === "yes") === condition.isNegated ? "no" : "yes";
}

/** Checkmk's patterns match from the beginning of a name, and not to its end. */
function matchPattern(pattern: string, name: string): Match {
  if (isSlow(pattern)) return "unknown";
  try {
    return new RegExp(`^(?:${pattern})`, "u").test(name) ? "yes" : "no";
  } catch {
    return "unknown"; // Python's expressions know more than JavaScript's
  }
}

function matchTag({ key, isNegated, values }: RuleConditions["tags"][number], { attributes }: FoundHost): Match {
  const has = attributes[`tag_${key}`];
  if (typeof has !== "string") return "unknown";
  return values.includes(has) === isNegated ? "no" : "yes";
}

/** Labels may also come from discovery, which no source tells: one that is not there is not known. */
function matchLabels(wanted: readonly string[], { attributes }: FoundHost): Match {
  const labels = (attributes["labels"] ?? {}) as Readonly<Record<string, unknown>>;
  const has = wanted.every((label) => {
    const [key = ""] = label.split(":", 1);
    return labels[key] === label.slice(key.length + 1);
  });
  return has ? "yes" : "unknown";
}

/**
 * Hosts with the labels that rules give them, besides those that somebody wrote at the host, which win. Of two rules the
 * first wins. A rule that cannot be decided gives none, so what hangs on its label stays undecided.
 */
export function withRuleLabels(hosts: readonly FoundHost[], rules: readonly FoundRule[]): readonly FoundHost[] {
  if (rules.length === 0) return hosts;
  return hosts.map((host) => {
    const given: Record<string, unknown> = {};
    for (const rule of rules) {
      const match = matchRule(rule, host);
      if (match === "no" || !isMap(rule.value)) continue;
      // What an undecided rule might say, a later one must not: the first wins.
      for (const [key, value] of rule.value)
        if (!Object.hasOwn(given, key)) given[key] = match === "yes" ? value : undefined;
    }
    const written = (host.attributes["labels"] ?? {}) as Readonly<Record<string, unknown>>;
    return { ...host, attributes: { ...host.attributes, labels: { ...given, ...written } } };
  });
}

const depthOf = (folder: string): number => folder.split("/").filter(Boolean).length;

/** Rules in the order in which Checkmk looks at them: those of the deepest folder first, in a folder from the top. */
export function inOrder(rules: readonly FoundRule[]): FoundRule[] {
  return rules.toSorted((a, b) => depthOf(b.folder) - depthOf(a.folder) || a.index - b.index);
}

/**
 * The first rule for a host; `unknown` where one before it may be for it. The rules are those of one ruleset, in order.
 */
export function firstRule(rules: readonly FoundRule[], host: FoundHost): FoundRule | "unknown" | undefined {
  for (const rule of rules) {
    const match = matchRule(rule, host);
    if (match !== "no") return match === "yes" ? rule : "unknown";
  }
  return undefined;
}

/** Every rule for a host, and whether there may be more. */
export function allRules(
  rules: readonly FoundRule[],
  host: FoundHost,
): { rules: readonly FoundRule[]; mayBeMore: boolean } {
  const matches = rules.map((rule) => [rule, matchRule(rule, host)] as const);
  return {
    rules: matches.flatMap(([rule, match]) => (match === "yes" ? [rule] : [])),
    mayBeMore: matches.some(([, match]) => match === "unknown"),
  };
}
