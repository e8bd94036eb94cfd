import { InputError } from "../../model/text/problem.ts";
import type { ListedHost } from "./list-draft.ts";

/** Columns that a table of hosts can fill. */
export const tableColumns = ["name", "address", "site", "os", "agent", "ping"] as const;
export type TableColumn = (typeof tableColumns)[number];

/** One record of a table, and the line on which it ends. */
export interface TableRecord {
  cells: readonly string[];
  line: number;
}

/** Reads `--map COLUMN=HEADING`. Several headings of one column are several options, or joined by `+`. */
export function readMapping(texts: readonly string[]): Map<TableColumn, string[]> {
  const mapping = new Map<TableColumn, string[]>();
  for (const text of texts) {
    const [name = "", ...rest] = text.split("=");
    const column = tableColumns.find((one) => one === name);
    const headings = rest.join("=").split("+").filter(Boolean);
    if (column === undefined || headings.length === 0) {
      const message = `"${text}" is not COLUMN=HEADING; columns: ${tableColumns.join(", ")}`;
      throw new InputError([{ file: "--map", message }]);
    }
    mapping.set(column, [...(mapping.get(column) ?? []), ...headings]);
  }
  return mapping;
}

/**
 * The hosts of a table. `usual` says what a heading means where no mapping does; other columns are left out. Without a
 * name the address is one, and the other way round.
 */
export function readTable(
  records: readonly TableRecord[],
  options: {
    file: string;
    mapping: ReadonlyMap<TableColumn, readonly string[]>;
    usual: (heading: string) => string | undefined;
  },
): { hosts: ListedHost[]; unused: string[] } {
  const { file, mapping, usual } = options;
  const [header, ...rows] = records;
  if (header === undefined) throw new InputError([{ file, message: "the file is empty" }]);
  const headings = header.cells.map((cell) => cell.trim());
  const places = placesOf(headings, { file, mapping, usual, line: header.line });
  if (!places.has("name") && !places.has("address")) {
    const message = `no column is known as name or address; --map name=HEADING says which. Headings: ${headings.slice(0, 20).join(", ")}`;
    throw new InputError([{ file, line: header.line, message }]);
  }
  const used = new Set([...places.values()].flat());
  const unused = headings.filter((heading, at) => heading !== "" && !used.has(at));
  const hosts = rows.flatMap(({ cells }): ListedHost[] => {
    const cellsOf = (column: TableColumn): string[] =>
      (places.get(column) ?? []).map((at) => (cells[at] ?? "").trim()).filter((cell) => cell !== "");
    const addresses = cellsOf("address").flatMap((cell) => cell.split(/[\s;,]+/).filter(Boolean));
    const name = cellsOf("name")[0] ?? addresses[0];
    if (name === undefined) return [];
    const one = (column: TableColumn) => {
      const [cell] = cellsOf(column);
      return cell === undefined ? {} : { [column]: cell };
    };
    const ping = cellsOf("ping")[0];
    const isOff = ping !== undefined && /^(?:false|no|n|off|0|falsch|nein|faux|non)$/i.test(ping);
    return [{ name, addresses, ...one("site"), ...one("os"), ...one("agent"), ...(isOff ? { ping: false } : {}) }];
  });
  return { hosts, unused };
}

function placesOf(
  headings: readonly string[],
  {
    file,
    mapping,
    usual,
    line,
  }: { file: string; line: number } & Pick<Parameters<typeof readTable>[1], "mapping" | "usual">,
): Map<TableColumn, number[]> {
  const places = new Map<TableColumn, number[]>();
  const taken = new Set<number>();
  for (const [column, wanted] of mapping) {
    for (const heading of wanted) {
      const at = headings.findIndex((one) => one.toLowerCase() === heading.trim().toLowerCase());
      if (at === -1) {
        const message = `no heading is "${heading}"; headings: ${headings.slice(0, 20).join(", ")}`;
        throw new InputError([{ file, line, message }]);
      }
      taken.add(at);
      places.set(column, [...(places.get(column) ?? []), at]);
    }
  }
  for (const [at, heading] of headings.entries()) {
    const column = tableColumns.find((one) => one === usual(heading));
    if (column === undefined || taken.has(at) || mapping.has(column)) continue;
    if (places.has(column) && column !== "address") continue;
    places.set(column, [...(places.get(column) ?? []), at]);
  }
  return places;
}
