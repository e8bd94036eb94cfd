import { parse } from "csv-parse/sync";

/** The rows of `plan --format csv` as short lines, sorted: `2.1 cmk -> web01 10.0.2.1 tcp/6556`. */
export function planRows(csv: string): string[] {
  const rows = parse(csv, { columns: true }) as Record<string, string>[];
  return rows
    .map(({ section, from, to, address, protocol, port }) => {
      const transport = port === "" ? protocol : `${protocol}/${port}`;
      return `${section} ${from} -> ${to} ${address} ${transport}`;
    })
    .toSorted();
}
