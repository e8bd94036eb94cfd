import { isAlias, isMap, isScalar } from "yaml";
import type { Alias, ParsedNode, YAMLMap, YAMLSeq } from "yaml";
import { quote } from "./place.ts";
import { mayHoldSecret } from "./secret-place.ts";
import type { TextProblem } from "./plain-words.ts";
import { inThousands } from "../../model/thousands.ts";

/** Values that a document may have once its aliases are written out; 100,000 hosts have about 2 million. */
const mostValues = 3_000_000;

interface PlacedProblem extends TextProblem {
  path: PropertyKey[];
}

interface Anchored {
  value: unknown;
  size: number;
}

/**
 * A YAML tree as plain values. Keys must be unique. An alias gives the very value of its anchor; it must come after
 * the anchor and outside of it. The size with all aliases written out is summed up here and not by expanding them, so
 * a "billion laughs" file costs nothing.
 */
export function readValue(root: ParsedNode): { value: unknown; problems: PlacedProblem[] } {
  const problems: PlacedProblem[] = [];
  const anchors = new Map<string, Anchored | "open">();
  const path: PropertyKey[] = [];
  let tooLarge = false;

  const report = (offset: number, message: string): void => {
    problems.push({ offset, path: [...path], message });
  };

  /** `path` ends with the key itself. */
  const reportTwice = (offset: number, key: string): void => {
    const inside = path.slice(0, -1);
    const isHidden = mayHoldSecret(inside);
    const message = `${isHidden ? "a key" : `the key ${quote(key)}`} stands here twice; keep one of them`;
    problems.push({ offset, path: isHidden ? inside : [...path], message });
  };

  const read = (node: ParsedNode | null): Anchored => {
    if (node === null) return { value: null, size: 1 };
    if (isAlias(node)) return readAlias(node);
    const anchor = node.anchor;
    if (anchor !== undefined) anchors.set(anchor, "open");
    const result = isScalar(node) ? { value: node.value, size: 1 } : isMap(node) ? readMap(node) : readList(node);
    if (anchor !== undefined) anchors.set(anchor, result);
    if (result.size > mostValues && !tooLarge) {
      tooLarge = true;
      report(node.range[0], `its aliases (*name) expand to more than ${inThousands(mostValues)} values`);
    }
    return result;
  };

  const readAlias = (alias: Alias.Parsed): Anchored => {
    const target = anchors.get(alias.source);
    if (target !== undefined && target !== "open") return target;
    const why = target === "open" ? "stands inside of what it refers to" : "has no anchor before it";
    const name = mayHoldSecret(path) ? "" : ` ${quote(`*${alias.source}`)}`;
    report(alias.range[0], `the alias${name} ${why}`);
    return { value: null, size: 1 };
  };

  const readMap = (map: YAMLMap.Parsed): Anchored => {
    const value: Record<string, unknown> = {};
    const seen = new Set<string>();
    let size = 1;
    for (const pair of map.items) {
      const offset = pair.key?.range[0] ?? map.range[0];
      const key = isScalar(pair.key) ? String(pair.key.value) : "";
      path.push(key);
      const entry = read(pair.value);
      size += entry.size;
      if (seen.has(key)) reportTwice(offset, key);
      else if (key === "__proto__") report(offset, `${quote(key)} cannot be a key`);
      else value[key] = entry.value;
      seen.add(key);
      path.pop();
    }
    return { value, size };
  };

  const readList = (list: YAMLSeq.Parsed): Anchored => {
    const value: unknown[] = [];
    let size = 1;
    for (const [index, item] of list.items.entries()) {
      path.push(index);
      // A pair inside a flow list, `[a: 1]`, is composed by the parser into a map of one entry.
      const entry = read(item as ParsedNode | null);
      size += entry.size;
      value.push(entry.value);
      path.pop();
    }
    return { value, size };
  };

  return { value: read(root).value, problems };
}
