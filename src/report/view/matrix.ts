import { cutTo } from "../../model/text/printable.ts";
import type { Result, Run } from "../../model/run/run.ts";
import { cellOf } from "./cell.ts";
import { collapse } from "./collapse.ts";
import type { Column, PairRow, SectionMatrix } from "./section-matrix.ts";
import { groupBy } from "../text/group-by.ts";
import { inOrder } from "../text/wording.ts";

/** The sections of a run that have flows, in the order of the document. */
export function matricesOf(run: Pick<Run, "sections" | "results">): SectionMatrix[] {
  return run.sections.flatMap(({ id, title, anchor }) => {
    const results = run.results.filter(({ section }) => section === id);
    if (results.length === 0) return [];
    const columns = columnsOf(results);
    const pairs = pairRows(results, columns);
    return [{ id, title: title.en, anchor, columns, rows: collapse(pairs), pairs, results }];
  });
}

const keyOf = ({ requirement, short, expect }: Result): string => `${requirement} ${short} ${expect}`;

/** Columns by port, as the document lists them; ICMP comes last. */
function columnsOf(results: readonly Result[]): Column[] {
  const groups = groupBy(results, keyOf);
  const firstPort = (key: string) => Math.min(...(groups.get(key) ?? []).map(({ port }) => port ?? 65_536));
  return [...groups.keys()]
    .toSorted((a, b) => firstPort(a) - firstPort(b) || (a < b ? -1 : 1))
    .map((key) => ({ key, heading: headingOf(groups.get(key) ?? []) }));
}

function headingOf(results: readonly Result[]): [string, string] {
  const { short = "", protocol = "tcp", expect = "open" } = results[0] ?? {};
  const ports = [...new Set(results.flatMap(({ port }) => (port === undefined ? [] : [port])))].toSorted(
    (a, b) => a - b,
  );
  const all = `${ports.join(",")}/${protocol}`;
  const where = ports.length === 0 ? "icmp" : all.length <= 14 ? all : `${ports.length} ports/${protocol}`;
  if (expect === "blocked") return [cut(short.replace(/^no /, "")), "must block"];
  const name = cut(short.replace(/ \d{2,5}$/, ""));
  return name === where ? [where, ""] : [name, where];
}

/** Catalogs keep to 12 characters; a record from elsewhere may not. */
const cut = (text: string): string => cutTo(14, text);

function pairRows(results: readonly Result[], columns: readonly Column[]): PairRow[] {
  const pairs = groupBy(results, ({ from, to }) => `${from} ${to}`);
  return inOrder(pairs.keys()).flatMap((pair) => {
    const flows = pairs.get(pair) ?? [];
    const [first] = flows;
    if (first === undefined) return [];
    const byColumn = groupBy(flows, keyOf);
    const cells = columns.map(({ key }) => {
      const [head, ...rest] = byColumn.get(key) ?? [];
      return head === undefined ? undefined : cellOf([head, ...rest]);
    });
    return [{ from: first.from, to: first.to, cells }];
  });
}
