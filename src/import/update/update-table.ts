import type { DraftHost } from "../draft/draft.ts";
import { hostExtras } from "../draft/render-host.ts";
import { csvCell, csvSpans, type Edit, type RecordSpan, withEdits } from "./csv-text.ts";
import { type HostChange, isSame, tellChange } from "./host-changes.ts";
import type { WrittenHost, WrittenRow, WrittenTable } from "./written.ts";

/** A table on its way to what the source tells. */
export interface TableUpdate {
  /** Sets cells of a row; `undefined` where no column can say one of the changes, and nothing is set. */
  change: (row: WrittenRow, name: string, changes: readonly HostChange[]) => string[] | undefined;
  remove: (row: WrittenRow) => void;
  /** Adds a row; false where the host has something that the table has no column for. */
  add: (host: DraftHost, defaults: WrittenHost) => boolean;
  text: () => string;
}

const words = (value: unknown): string | undefined => {
  const list: unknown[] = Array.isArray(value) ? (value as unknown[]) : [value];
  return list.every((one) => typeof one === "string" || typeof one === "boolean") ? list.join(" ") : undefined;
};

/** Changes the cells of a table and nothing else: columns, rows, quotes and line breaks stay as a person or a program wrote them. */
export function openTable(table: WrittenTable, firstSite: string | undefined): TableUpdate {
  const { text, delimiter, headings } = table;
  const records = csvSpans(text, delimiter, table.skip);
  const edits: Edit[] = [];
  const added: string[] = [];
  const cell = (record: RecordSpan, at: number, value: string): Edit => {
    const span = record.cells[at] ?? { start: record.end, end: record.end };
    return { ...span, text: csvCell(value, delimiter) };
  };
  const lineBreak = /\r\n|\n|\r/.exec(text)?.[0] ?? "\n";
  return {
    change: (row, name, changes) => {
      const record = records[row.at];
      if (record === undefined) throw new Error(`${table.file} has no record ${row.at}`);
      const cells = changes.map(({ key, cell: value }) => cellsFor(headings, key, value));
      if (cells.includes(undefined)) return undefined;
      edits.push(...cells.flatMap((one) => (one ?? []).map(({ at, value }) => cell(record, at, value))));
      return changes.map((change) => tellChange(name, change, ` (${table.file})`));
    },
    remove: ({ at }) => {
      const record = records[at];
      if (record !== undefined) edits.push({ start: record.start, end: record.next, text: "" });
    },
    add: (host, defaults) => {
      const extras = hostExtras(host);
      const { include: _include, site, os, agent, ping, ...rest } = defaults;
      if (host.comment !== undefined || !isSame(rest, extras)) return false;
      const usualAgent = extras["special_agents"] === undefined ? "pull" : "none";
      const wanted: Record<string, unknown> = { name: host.name, address: host.addresses.join(" ") };
      for (const [key, value, usual] of [
        ["site", host.site, site ?? firstSite],
        ["os", host.os, os ?? "linux"],
        ["agent", host.agent, agent ?? usualAgent],
        ["ping", host.ping, ping ?? true],
      ] as const) {
        const hasColumn = headings.some(({ column }) => column === key);
        if (value !== undefined && (hasColumn || value !== usual)) wanted[key] = value;
      }
      const cells = Object.entries(wanted).map(([key, value]) => cellsFor(headings, key, value));
      if (cells.includes(undefined)) return false;
      const row = headings.map(() => "");
      for (const { at, value } of cells.flatMap((one) => one ?? [])) row[at] = csvCell(value, delimiter);
      added.push(row.join(delimiter));
      return true;
    },
    text: () => {
      const changed = withEdits(text, edits);
      if (added.length === 0) return changed;
      const isEnded = changed === "" || /[\r\n]$/.test(changed);
      return `${changed}${isEnded ? "" : lineBreak}${added.join(lineBreak)}${isEnded ? lineBreak : ""}`;
    },
  };
}

/** Which cells say it; `undefined` where no column does. Of two columns of addresses one is for IPv6. */
function cellsFor(
  headings: WrittenTable["headings"],
  key: string,
  value: unknown,
): { at: number; value: string }[] | undefined {
  const places = headings.flatMap(({ column, text }, at) => (column === key ? [{ at, text }] : []));
  const written = words(value);
  const [first, second] = places;
  if (first === undefined || written === undefined) return undefined;
  if (key !== "address" || second === undefined) return [{ at: first.at, value: written }];
  const isV6 = (address: string): boolean => address.includes(":");
  const all = written.split(" ");
  return places.map(({ at, text }) => {
    const isForV6 = /ipv6/i.test(text.replaceAll(/[^\p{L}\p{N}]/gu, ""));
    return { at, value: all.filter((address) => isV6(address) === isForV6).join(" ") };
  });
}
