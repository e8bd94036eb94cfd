import type { FoundRule, RuleConditions } from "../checkmk/found.ts";
import { isMap, type Literal, type LiteralMap, lookUp, ownFolder } from "../python/literal.ts";
import { readStatements } from "../python/statements.ts";

const fixed = new Set(["agent_ports", "snmp_ports", "snmp_communities", "host_label_rules"]);
const byName = new Set(["special_agents", "active_checks"]);

/**
 * The rules of a `rules.mk` that say a port, a credential, a special agent or an active check. Anything but literals, in
 * the other rules as well, throws an `InputError` that names the line.
 */
export function readRulesFile(text: string, { file, folder }: { file: string; folder: string }): FoundRule[] {
  return readStatements(text, file).flatMap(({ name, keys, action, values }) => {
    const [key] = keys;
    const isNamed = byName.has(name) && typeof key === "string";
    if (action !== "set" || (!fixed.has(name) && !isNamed)) return [];
    const ruleset = isNamed ? `${name}:${key}` : name;
    const written = values.flatMap((value) => (Array.isArray(value) ? (value as readonly Literal[]) : []));
    return written.flatMap((rule, index) => {
      const value = lookUp(rule, "value");
      if (value === undefined || lookUp(rule, "options", "disabled") === true) return [];
      const condition = lookUp(rule, "condition");
      return [{ ruleset, folder: folderOf(condition, folder), index, conditions: conditionsOf(condition), value }];
    });
  });
}

function folderOf(condition: Literal | undefined, own: string): string {
  const written = lookUp(condition, "host_folder");
  if (typeof written !== "string" || written === ownFolder) return own;
  const path = written.replaceAll(/\/+/g, "/").replace(/\/$/, "");
  return path === "" ? "/" : path;
}

function conditionsOf(condition: Literal | undefined): RuleConditions {
  const unknown: string[] = [];
  const tags: RuleConditions["tags"][number][] = [];
  const labels: string[] = [];
  let hostNames: RuleConditions["hostNames"];
  for (const [key, value] of isMap(condition) ? condition : []) {
    const read =
      key === "host_name"
        ? (hostNames = namesOf(value)) !== undefined
        : key === "host_tags"
          ? isMap(value) && readTags(value, tags)
          : key === "host_labels"
            ? isMap(value) && readLabels(value, labels)
            : key === "host_label_groups"
              ? readLabelGroups(value, labels)
              : key === "host_folder" || key.startsWith("service_");
    if (!read) unknown.push(key);
  }
  return { ...(hostNames === undefined ? {} : { hostNames }), tags, labels, unknown };
}

const textsOf = (value: Literal | undefined): string[] | undefined => {
  const list = Array.isArray(value) ? (value as readonly Literal[]) : [value];
  return list.every((one): one is string => typeof one === "string") ? [...list] : undefined;
};

function namesOf(value: Literal): RuleConditions["hostNames"] {
  const negated = lookUp(value, "$nor");
  const list = negated ?? value;
  if (!Array.isArray(list)) return undefined;
  const patterns = (list as readonly Literal[]).map((one) => {
    const regex = lookUp(one, "$regex");
    return typeof one === "string"
      ? { text: one, isRegex: false }
      : typeof regex === "string"
        ? { text: regex, isRegex: true }
        : undefined;
  });
  if (!patterns.every((one) => one !== undefined)) return undefined;
  return { isNegated: negated !== undefined, patterns };
}

/** `'prod'`, `{'$ne': 'prod'}`, `{'$or': […]}`, `{'$nor': […]}`. */
function readTags(given: LiteralMap, tags: RuleConditions["tags"][number][]): boolean {
  for (const [key, value] of given) {
    const isNegated = lookUp(value, "$ne") !== undefined || lookUp(value, "$nor") !== undefined;
    const values = textsOf(lookUp(value, "$ne") ?? lookUp(value, "$nor") ?? lookUp(value, "$or") ?? value);
    if (values === undefined) return false;
    tags.push({ key, isNegated, values });
  }
  return true;
}

function readLabels(given: LiteralMap, labels: string[]): boolean {
  for (const [key, value] of given) {
    if (typeof value !== "string") return false;
    labels.push(`${key}:${value}`);
  }
  return true;
}

/** `[('and', [('and', 'os:linux')])]`; what is joined otherwise is not understood. */
function readLabelGroups(value: Literal, labels: string[]): boolean {
  if (!Array.isArray(value)) return false;
  return (value as readonly Literal[]).every((group) => {
    const members = lookUp(group, 1);
    if (lookUp(group, 0) !== "and" || !Array.isArray(members)) return false;
    return (members as readonly Literal[]).every((member) => {
      const label = lookUp(member, 1);
      if (lookUp(member, 0) !== "and" || typeof label !== "string") return false;
      labels.push(label);
      return true;
    });
  });
}
