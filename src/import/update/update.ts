import { type Document, isMap, isSeq, type Node, type YAMLMap, YAMLSeq } from "yaml";
import { plainText } from "../../model/text/printable.ts";
import type { Draft, DraftHost } from "../draft/draft.ts";
import { someOf } from "../draft/notices.ts";
import { flow, hostNode } from "../draft/render.ts";
import { changesOf, type HostChange } from "./host-changes.ts";
import { changeEntry, isKept } from "./update-host.ts";
import { updateRange } from "./update-range.ts";
import { updateServers } from "./update-servers.ts";
import { openTable, type TableUpdate } from "./update-table.ts";
import { nameOf, type Written, type WrittenHost, type WrittenTable } from "./written.ts";

/** What a second import changes, a line each, and what a person must look at. */
export interface Changes {
  lines: readonly string[];
  /** What was not changed, and why. */
  remarks: readonly string[];
  /** Tables that change, by the name that the topology has for them, with their new text. */
  tables: ReadonlyMap<string, string>;
}

/** What one item of the list needs of the others. */
interface Update {
  document: Document;
  list: YAMLSeq;
  byName: ReadonlyMap<string, DraftHost>;
  firstSite: string | undefined;
  lines: string[];
  kept: string[];
  tooMany: string[];
}

/**
 * Brings an old topology to what a source tells now, in place, and its tables. Comments, requirements, vantage points and
 * whatever else the source does not know stay. Nothing is removed: a host that the source no longer has is named and kept.
 */
export function updateTopology(
  document: Document,
  draft: Draft,
  written: readonly Written[],
  { isAddressGiven }: { isAddressGiven: boolean },
): Changes {
  const lines = [...updateCatalog(document, draft), ...updateServers(document, draft, isAddressGiven)];
  const found = document.get("hosts", true);
  const list = isSeq(found) ? found : new YAMLSeq();
  const byName = new Map(draft.hosts.map((host) => [host.name, host]));
  const update: Update = { document, list, byName, firstSite: firstSiteOf(document), lines, kept: [], tooMany: [] };
  const tables = new Map<string, { table: WrittenTable; opened: TableUpdate; defaults: WrittenHost }>();
  const items = [...list.items];
  for (const [index, item] of written.entries()) {
    const node = items[index];
    if (!isMap(node)) continue;
    if (item.kind === "entry") updateEntry(update, node, item.hosts);
    else if (isKept(node)) update.kept.push(item.table.file);
    else tables.set(item.table.file, { ...updateTable(update, node, item.table), table: item.table });
  }
  const known = new Set(written.flatMap(hostsOf).map(nameOf));
  for (const host of draft.hosts.filter(({ name }) => !known.has(name))) {
    const told = `+ ${host.name} ${host.addresses.join(" ")}`;
    const place = [...tables].find(([, { opened, defaults }]) => opened.add(host, defaults));
    if (place === undefined) list.add(hostNode(document, host, update.firstSite));
    lines.push(place === undefined ? told : `${told} (${place[0]})`);
  }
  if (!isSeq(found) && list.items.length > 0) document.set("hosts", list);
  if (list.items.length > 0) list.flow = false;
  const texts = [...tables].map(([file, { opened, table }]) => [file, opened.text(), table.text] as const);
  const gone = [...known].filter((name) => !byName.has(name));
  return {
    lines: lines.map(plainText),
    remarks: remarksOf({ ...update, gone }).map(plainText),
    tables: new Map(texts.flatMap(([file, now, before]) => (now === before ? [] : [[file, now] as const]))),
  };
}

const hostsOf = (item: Written): readonly WrittenHost[] =>
  item.kind === "entry" ? item.hosts : item.table.rows.flatMap(({ hosts }) => hosts);

function updateEntry(update: Update, node: YAMLMap, hosts: readonly WrittenHost[]): void {
  const { document, list, lines, kept, tooMany } = update;
  const all = hosts.map((host) => ({ host, changes: changesFor(update, host) }));
  const [only] = all;
  if (isKept(node)) kept.push(...hosts.filter((host) => update.byName.has(nameOf(host))).map(nameOf));
  else if (only !== undefined && all.length === 1) {
    lines.push(...changeEntry(document, node, nameOf(only.host), only.changes));
  } else {
    const range = updateRange(document, list, node, all);
    lines.push(...range.lines);
    tooMany.push(...range.tooMany);
  }
}

/** What changed alike in all rows and has no column is kept at the table; a row that alone has a change of this kind leaves it. */
function updateTable(
  update: Update,
  node: YAMLMap,
  table: WrittenTable,
): { opened: TableUpdate; defaults: WrittenHost } {
  const { document, list, lines } = update;
  const opened = openTable(table, update.firstSite);
  const rows = table.rows.map((row) => ({ row, changes: row.hosts.map((host) => changesFor(update, host)) }));
  const shared = sharedBy(rows.flatMap(({ changes }) => changes)).filter(
    ({ key }) => !table.headings.some(({ column }) => column === key),
  );
  lines.push(...changeEntry(document, node, table.file, shared));
  const isLeft = ({ key }: HostChange): boolean => !shared.some((one) => one.key === key);
  for (const { row, changes } of rows) {
    const [name = "", left] = [nameOf(row.hosts[0] ?? {}), changes.map((one) => one.filter(isLeft))];
    if (left.every((one) => one.length === 0)) continue;
    const told = row.hosts.length === 1 ? opened.change(row, name, left.flat()) : undefined;
    if (told !== undefined) {
      lines.push(...told);
      continue;
    }
    opened.remove(row);
    const { include: _include, ...own } = { ...(node.toJSON() as WrittenHost), ...row.entry };
    const entry = flow(document.createNode(own)) as Node as YAMLMap;
    list.add(entry);
    lines.push(`~ ${name}: moved from ${table.file} into the topology, because no column can say this:`);
    updateEntry(update, entry, row.hosts);
  }
  return { opened, defaults: node.toJSON() as WrittenHost };
}

/** The changes that all hosts have alike. */
function sharedBy(changes: readonly (readonly HostChange[])[]): HostChange[] {
  const told = ({ key, after }: HostChange): string => JSON.stringify([key, after]);
  const [first = [], ...others] = changes;
  const seen = others.map((one) => new Set(one.map(told)));
  return first.filter((change) => seen.every((one) => one.has(told(change))));
}

function changesFor({ byName, firstSite }: Update, host: WrittenHost): HostChange[] {
  const now = byName.get(nameOf(host));
  return now === undefined ? [] : changesOf(host, now, firstSite);
}

function remarksOf({ kept, tooMany, gone }: Pick<Update, "kept" | "tooMany"> & { gone: readonly string[] }): string[] {
  return [
    ...(kept.length === 0 ? [] : [`left as they are, because they are marked "keep": ${someOf(kept)}`]),
    ...(tooMany.length === 0
      ? []
      : [`changed, but in a range of too many hosts to be written out; take them out of it: ${someOf(tooMany, 20)}`]),
    ...(gone.length === 0
      ? []
      : [`no longer there, and kept; delete them if they are gone for good: ${someOf(gone, 20)}`]),
  ];
}

function updateCatalog(document: Document, { catalog }: Draft): string[] {
  const before = document.get("catalog");
  if (catalog === undefined || before === catalog) return [];
  document.set("catalog", catalog);
  return [`~ catalog ${String(before ?? "(default)")} -> ${catalog}`];
}

function firstSiteOf(document: Document): string | undefined {
  const first = document.getIn(["server", "sites", 0]);
  const name = isMap(first) ? first.get("name") : first;
  return typeof name === "string" ? name : undefined;
}
