import { type Document, type Node, type YAMLMap, type YAMLSeq } from "yaml";
import { flow } from "../draft/render.ts";
import { type HostChange, isSame } from "./host-changes.ts";
import { rangeWithout } from "./range-text.ts";
import { changeEntry } from "./update-host.ts";
import { nameOf, type WrittenHost } from "./written.ts";

/** More hosts than this are not written out because one of them has changed. */
const mostWrittenOut = 256;

/** What became of an entry that stands for many hosts. */
export interface RangeUpdate {
  lines: readonly string[];
  /** Hosts that a person has to take out of it. */
  tooMany: readonly string[];
}

/**
 * Brings an entry with a range or a network to what the source tells of its hosts: the entry itself where all of them
 * changed alike, else those that changed become entries of their own behind it, and the range goes on without them. A
 * range that cannot count so is written out.
 */
export function updateRange(
  document: Document,
  list: YAMLSeq,
  node: YAMLMap,
  hosts: readonly { host: WrittenHost; changes: readonly HostChange[] }[],
): RangeUpdate {
  const changed = hosts.flatMap(({ changes }, index) => (changes.length > 0 ? [index] : []));
  const [first] = hosts;
  if (changed.length === 0 || first === undefined) return { lines: [], tooMany: [] };
  const asOne = first.changes.map(({ key, after }) => ({ key, after }));
  const isAlike = hosts.every(({ changes }) =>
    isSame(
      changes.map(({ key, after }) => ({ key, after })),
      asOne,
    ),
  );
  if (isAlike && !asOne.some(({ key }) => key === "address")) {
    return { lines: changeEntry(document, node, String(node.get("name")), first.changes), tooMany: [] };
  }
  const isShorter = shorten(document, node, hosts.length, new Set(changed));
  if (!isShorter && hosts.length > mostWrittenOut) {
    return { lines: [], tooMany: changed.map((index) => nameOf(hosts[index]?.host ?? {})) };
  }
  const lines: string[] = [];
  const entries = hosts.flatMap(({ host, changes }) => {
    if (isShorter && changes.length === 0) return [];
    const { network: _network, ...own } = host;
    const entry = flow(document.createNode(own)) as Node as YAMLMap;
    lines.push(...changeEntry(document, entry, nameOf(host), changes));
    return [entry];
  });
  const at = list.items.indexOf(node);
  if (!isShorter) {
    const [head] = entries;
    if (head !== undefined && node.comment) head.comment = node.comment;
    if (head !== undefined && node.commentBefore) head.commentBefore = node.commentBefore;
  }
  list.items.splice(isShorter ? at + 1 : at, isShorter ? 0 : 1, ...entries);
  return { lines, tooMany: [] };
}

/** Takes hosts out of the ranges of an entry; false where its name or an address is no single range. */
function shorten(document: Document, node: YAMLMap, count: number, without: ReadonlySet<number>): boolean {
  const { name, address } = node.toJSON() as { name?: unknown; address?: unknown };
  const texts = [name, ...(Array.isArray(address) ? (address as unknown[]) : [address])];
  const shorter = texts.map((text) => (typeof text === "string" ? rangeWithout(text, count, without) : undefined));
  const [newName, ...addresses] = shorter;
  if (newName === undefined || addresses.includes(undefined) || node.has("network")) return false;
  node.set("name", newName);
  node.set("address", Array.isArray(address) ? flow(document.createNode(addresses)) : addresses[0]);
  return true;
}
