import type { Result } from "../../model/run/run.ts";
import type { Verdict } from "../../model/verdict.ts";
import { noCounts, severity, worstFirst } from "../../model/severity.ts";
import { countsOf, type VerdictCount } from "../view/section-counts.ts";
import type { PackedResult } from "./pack.ts";
import type { Payload } from "./payload.ts";
import { unpack } from "./unpack.ts";

/** A cell with its flows: `count` of them from number `first` on. */
export interface IndexedCell {
  verdict: Verdict;
  text: string;
  first: number;
  count: number;
}

export interface IndexedRow {
  from: number;
  to: number;
  first: number;
  end: number;
  cells: readonly (IndexedCell | undefined)[];
  /** Rank of its worst cell; 0 is the worst verdict there is. */
  rank: number;
}

export interface IndexedSection {
  rows: readonly IndexedRow[];
  /** Its flows by verdict, the worst first. */
  tally: readonly VerdictCount[];
}

/** What the page looks things up in: made once when the page opens. Flows are numbers, 0 and up. */
export interface MatrixIndex {
  payload: Payload;
  flows: readonly PackedResult[];
  /** For each flow: its source, its target, and the columns of its row. */
  from: Int32Array;
  to: Int32Array;
  column: Int32Array;
  sections: readonly IndexedSection[];
  /** `8000/tcp` and so on, in the order of ports, ICMP last, with the number of flows. */
  services: readonly { name: string; flows: number }[];
  verdicts: Readonly<Record<Verdict, number>>;
}

/** Spreads a payload out into what filters and tables need. */
export function indexOf(payload: Payload): MatrixIndex {
  const flows: PackedResult[] = [];
  const [from, to, column]: [number[], number[], number[]] = [[], [], []];
  const sections = payload.sections.map(({ rows }) => ({
    rows: rows.map(([source, target, ...cells]): IndexedRow => {
      const first = flows.length;
      const indexed = cells.map((cell, at) => {
        if (cell === 0) return undefined;
        const [look, ...own] = cell;
        const [verdict, text] = payload.looks[look] ?? ["unknown", ""];
        const start = flows.length;
        for (const flow of own) {
          flows.push(flow);
          from.push(source);
          to.push(target);
          column.push(at);
        }
        return { verdict, text, first: start, count: own.length };
      });
      const rank = Math.min(...indexed.map((cell) => (cell === undefined ? 9 : severity(cell.verdict))));
      return { from: source, to: target, first, end: flows.length, cells: indexed, rank };
    }),
  }));
  const flowsOf = (rows: readonly IndexedRow[]) => rows.flatMap(({ first, end }) => flows.slice(first, end));
  const verdictOf = ([template]: PackedResult): { verdict: Verdict } => ({
    verdict: payload.templates[template]?.verdict ?? "unknown",
  });
  return {
    payload,
    flows,
    from: Int32Array.from(from),
    to: Int32Array.from(to),
    column: Int32Array.from(column),
    sections: sections.map(({ rows }) => ({ rows, tally: countsOf(flowsOf(rows).map(verdictOf), worstFirst) })),
    ...totalsOf(flows, payload),
  };
}

function totalsOf(flows: readonly PackedResult[], { templates }: Payload): Pick<MatrixIndex, "services" | "verdicts"> {
  const perTemplate = templates.map(() => 0);
  for (const [template] of flows) perTemplate[template] = (perTemplate[template] ?? 0) + 1;
  const verdicts = noCounts();
  const services = new Map<string, number>();
  for (const [at, { verdict, service }] of templates.entries()) {
    verdicts[verdict] += perTemplate[at] ?? 0;
    services.set(service, (services.get(service) ?? 0) + (perTemplate[at] ?? 0));
  }
  const port = (name: string) => (/^\d/.test(name) ? Number.parseInt(name, 10) : 65_536);
  return {
    verdicts,
    services: [...services]
      .map(([name, count]) => ({ name, flows: count }))
      .toSorted((a, b) => port(a.name) - port(b.name) || (a.name < b.name ? -1 : 1)),
  };
}

/** The whole result of a flow, as it is in the run record. */
export function resultOf(index: MatrixIndex, flow: number): Result {
  const { nodes, templates } = index.payload;
  const packed = index.flows[flow];
  if (packed === undefined) throw new RangeError(`There is no flow ${flow}.`);
  return unpack(packed, templates, {
    from: nodes[index.from[flow] ?? 0] ?? "",
    to: nodes[index.to[flow] ?? 0] ?? "",
  });
}
