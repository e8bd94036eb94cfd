import { type Document, isMap, type Node, type YAMLMap } from "yaml";
import { flow } from "../draft/render.ts";
import { type HostChange, tellChange } from "./host-changes.ts";

/** True if a person wrote `keep` behind the entry. */
export const isKept = (node: Node): boolean => /\bkeep\b/.test(`${node.comment ?? ""} ${node.commentBefore ?? ""}`);

/** Brings an entry of the list to what the source tells, and gives one line for each change. The rest of it stays. */
export function changeEntry(document: Document, node: YAMLMap, name: string, changes: readonly HostChange[]): string[] {
  return changes.map((change) => {
    const { key, after } = change;
    if (after === undefined) node.delete(key);
    else node.set(key, inOneLine(document, after));
    return tellChange(name, change);
  });
}

function inOneLine(document: Document, value: unknown): Node {
  const node = document.createNode(value) as Node;
  return isMap(node) || Array.isArray(value) ? flow(node) : node;
}
