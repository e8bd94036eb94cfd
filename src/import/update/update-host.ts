import { type Document, isMap, type Node, type YAMLMap } from "yaml";
import { flow } from "../draft/render.ts";

/** What a source can tell of a host. Everything else at an entry is a person's. */
const told = ["address", "site", "os", "agent", "snmp", "ports", "special_agents", "active_checks"] as const;
/** Where a source that says nothing means a topology's default. */
const hasDefault: ReadonlySet<string> = new Set(["site", "agent"]);

/** Names of variables are a person's choice, so settings that differ in them alone are the same. */
const withoutNames = (value: unknown): string =>
  JSON.stringify(value, (key, inside: unknown) => (key === "env" || key === "file" ? "secret" : inside));

const shown = (value: unknown): string => (value === undefined ? "(default)" : JSON.stringify(value));

/** True if a person wrote `keep` behind the entry. */
export const isKept = (node: Node): boolean => /\bkeep\b/.test(`${node.comment ?? ""} ${node.commentBefore ?? ""}`);

/**
 * Brings a host's entry to what the source tells, and gives one line for each change. What the source does not tell stays:
 * `ping`, `timeout`, remarks, and a `legacy` agent, which looks like a pulled one from there.
 */
export function updateHost(document: Document, node: YAMLMap, entry: Readonly<Record<string, unknown>>): string[] {
  const old = node.toJSON() as Readonly<Record<string, unknown>>;
  return told.flatMap((key) => {
    const [before, after] = [old[key], entry[key]];
    if (after === undefined && (before === undefined || !hasDefault.has(key))) return [];
    if (key === "agent" && before === "legacy" && after === undefined) return [];
    if (key === "agent" && after === undefined && before === "pull") return [];
    if (withoutNames(before) === withoutNames(after)) return [];
    if (after === undefined) node.delete(key);
    else node.set(key, inOneLine(document, after));
    return [`~ ${String(old["name"])}: ${key} ${shown(before)} -> ${shown(after)}`];
  });
}

function inOneLine(document: Document, value: unknown): Node {
  const node = document.createNode(value) as Node;
  return isMap(node) || Array.isArray(value) ? flow(node) : node;
}
