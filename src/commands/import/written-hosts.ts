import { readHostEntry } from "../../load/topology/host-entry.ts";
import { besideTopology } from "../../load/topology/expand-hosts.ts";
import { readHostTable } from "../../load/topology/host-table.ts";
import { readRecords } from "../../load/topology/csv-records.ts";
import { readHeadings } from "../../load/topology/table-columns.ts";
import { readDialect } from "../../load/topology/table-dialect.ts";
import { readText } from "../../load/text-file.ts";
import type { Written, WrittenHost, WrittenTable } from "../../import/update/written.ts";

/** Largest table that is read, in bytes. */
const tableLimit = 10_000_000;

/** The items of the `hosts:` list of a topology that has been loaded without a complaint, with its tables as they are on disk. */
export function writtenHosts(
  entries: readonly unknown[],
  topology: string,
  read: (file: string) => Promise<string> = (file) => readText(besideTopology(topology, file), tableLimit),
): Promise<Written[]> {
  return Promise.all(
    entries.map(async (entry): Promise<Written> => {
      const { include, ...own } = Object(entry) as Record<string, unknown>;
      if (typeof include !== "string") return { kind: "entry", hosts: hostsOf(own) };
      return { kind: "table", table: tableOf(include, await read(include), own) };
    }),
  );
}

function hostsOf(entry: WrittenHost): WrittenHost[] {
  const pattern = readHostEntry({ ...entry });
  if (Array.isArray(pattern)) return [];
  return Array.from({ length: pattern.count }, (_, index) => pattern.at(index));
}

function tableOf(file: string, text: string, defaults: WrittenHost): WrittenTable {
  const { delimiter, body } = readDialect(text);
  const header = readRecords(body, delimiter)[0]?.cells ?? [];
  const meanings = readHeadings(header.map((heading) => heading.trim()));
  const headings = header.map((heading, at) => ({ text: heading, column: String(meanings[at]) }));
  const rows = readHostTable(text, file).rows.map(({ cells, at }) => {
    const entry = { ...defaults, ...cells };
    return { at, entry, hosts: hostsOf(entry) };
  });
  return { file, text, skip: text.length - body.length, delimiter, headings, rows };
}
