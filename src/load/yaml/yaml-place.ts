import { isAlias, isMap, isScalar, isSeq } from "yaml";
import type { Node, ParsedNode, Pair } from "yaml";
import type { Path } from "./place.ts";

/** Pairs of a map by key, and nodes by anchor: made once per node, because a large map may have many problems. */
const pairsOf = new WeakMap<Node, Map<string, Pair>>();
const anchorsOf = new WeakMap<Node, Map<string, Node>>();

/**
 * Offset of the value at `path`, or of the key that holds it. Where the path ends early, the offset of the last part
 * that exists. Aliases are followed; the value of an alias itself stands where the alias is written.
 */
export function findRange(root: ParsedNode, path: Path, part: "key" | "value"): number {
  let node: Node = root;
  let offset = root.range[0];
  for (const [depth, step] of path.entries()) {
    const holder = isAlias(node) ? anchors(root).get(node.source) : node;
    const pair: Pair | undefined = isMap(holder) ? pairs(holder).get(String(step)) : undefined;
    const child = isSeq(holder) ? holder.items[Number(step)] : pair?.value;
    const key = pair?.key as Node | undefined;
    if (child === undefined && pair === undefined) return offset;
    const last = depth === path.length - 1;
    if (key?.range && ((last && part === "key") || !(child as Node | null)?.range)) return key.range[0];
    if (!child) return offset;
    node = child as Node;
    offset = node.range?.[0] ?? offset;
    // A value left out (`address:`) stands nowhere useful: its key does.
    if (isScalar(node) && node.source === "" && key?.range) return key.range[0];
  }
  return offset;
}

function pairs(map: Node): Map<string, Pair> {
  let found = pairsOf.get(map);
  if (found === undefined) {
    found = new Map();
    for (const pair of isMap(map) ? map.items : []) found.set(isScalar(pair.key) ? String(pair.key.value) : "", pair);
    pairsOf.set(map, found);
  }
  return found;
}

/** Anchors may be given anew further down; positions then point to the last one, which is good enough for a message. */
function anchors(root: Node): Map<string, Node> {
  let found = anchorsOf.get(root);
  if (found !== undefined) return found;
  found = new Map();
  anchorsOf.set(root, found);
  const pending: unknown[] = [root];
  while (pending.length > 0) {
    const node = pending.pop();
    if (isScalar(node) || isMap(node) || isSeq(node)) {
      if (node.anchor !== undefined) found.set(node.anchor, node);
      if (isSeq(node)) for (const child of node.items) pending.push(child);
      if (isMap(node)) for (const pair of node.items) pending.push(pair.value);
    }
  }
  return found;
}
