import type { Verdict } from "../../model/verdict.ts";
import type { MatrixIndex } from "./matrix-index.ts";
import { fill, type Like } from "./pack.ts";

/** What the reader wants to see; an empty part lets everything through. */
export interface Filter {
  verdicts: ReadonlySet<Verdict>;
  /** Part of a node's name; a name that a node has in full means that node alone. */
  node: string;
  /** `8000/tcp` or `ICMP echo`. */
  service: string;
  /** Words that must all stand somewhere in a flow: names, addresses, messages, evidence. */
  text: string;
  /** Flows of a cause or an arrow. */
  subset?: Subset | undefined;
}
export interface Subset {
  label: string;
  flows: ReadonlySet<number>;
}

/** The filter that lets everything through. */
export const everything: Filter = { verdicts: new Set(), node: "", service: "", text: "" };

/** Texts of flows in lower case, made when they are first needed. */
export interface SearchTexts {
  textOf: (flow: number) => string;
  /** Makes up to `count` more texts; false when all are there. */
  prepare: (count: number) => boolean;
}

/** Keeps the texts that `text` searches. `prepare` makes them ahead, so that the first search has no pause. */
export function searchTexts(index: MatrixIndex): SearchTexts {
  const texts: (string | undefined)[] = Array.from(index.flows, () => undefined);
  const { nodes, templates } = index.payload;
  // Words are cut out of a template once, not out of each flow: only the gaps of one long text are left to fill.
  const likes = templates.map(({ like }) => wordsOf(like).join("\u0000"));
  let next = 0;
  const textOf = (flow: number): string => {
    const [template = 0, ...values] = index.flows[flow] ?? [];
    const names = { from: nodes[index.from[flow] ?? 0] ?? "", to: nodes[index.to[flow] ?? 0] ?? "" };
    return (texts[flow] ??= String(fill(likes[template] ?? "", values, names)).toLowerCase());
  };
  return {
    textOf,
    prepare(count) {
      const end = Math.min(next + count, texts.length);
      for (; next < end; next++) textOf(next);
      return next < texts.length;
    },
  };
}

/** Every text and number inside a value, without the keys. */
function wordsOf(value: Like): string[] {
  if (typeof value === "string") return [value];
  if (typeof value === "number") return [String(value)];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value as { [key: string]: Like }).flatMap(wordsOf);
}

/** For each flow 1 if the filter lets it through, else 0. */
export function applyFilter(index: MatrixIndex, filter: Filter, search: SearchTexts): Uint8Array {
  const { payload, flows, from, to } = index;
  const nodeFits = nodesThatFit(payload.nodes, filter.node);
  const templateFits = payload.templates.map(
    ({ verdict, service }) =>
      (filter.verdicts.size === 0 || filter.verdicts.has(verdict)) &&
      (filter.service === "" || filter.service === service),
  );
  const terms = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  const passes = new Uint8Array(flows.length);
  for (const [flow, [template]] of flows.entries()) {
    if (templateFits[template] !== true) continue;
    if (nodeFits !== undefined && nodeFits[from[flow] ?? 0] !== true && nodeFits[to[flow] ?? 0] !== true) continue;
    if (filter.subset !== undefined && !filter.subset.flows.has(flow)) continue;
    if (terms.length > 0) {
      const text = search.textOf(flow);
      if (!terms.every((term) => text.includes(term))) continue;
    }
    passes[flow] = 1;
  }
  return passes;
}

function nodesThatFit(nodes: readonly string[], wanted: string): boolean[] | undefined {
  const part = wanted.trim().toLowerCase();
  if (part === "") return undefined;
  const names = nodes.map((node) => node.toLowerCase());
  return names.includes(part) ? names.map((name) => name === part) : names.map((name) => name.includes(part));
}

/** What of a section is left: rows by their place in it, columns with something in them, and how many flows. */
export interface View {
  rows: readonly number[];
  columns: readonly number[];
  flows: number;
}

/** The part of each section that a filter leaves, rows in the order of the section or the worst first. */
export function viewsOf(index: MatrixIndex, passes: Uint8Array, worstRowsFirst: boolean): View[] {
  return index.sections.map(({ rows }) => {
    const columns = new Set<number>();
    const kept: number[] = [];
    let flows = 0;
    for (const [at, { first, end }] of rows.entries()) {
      const before = flows;
      for (let flow = first; flow < end; flow++) {
        if (passes[flow] !== 1) continue;
        flows++;
        columns.add(index.column[flow] ?? 0);
      }
      if (flows > before) kept.push(at);
    }
    const rank = (row: number) => rows[row]?.rank ?? 9;
    return {
      rows: worstRowsFirst ? kept.toSorted((a, b) => rank(a) - rank(b) || a - b) : kept,
      columns: [...columns].toSorted((a, b) => a - b),
      flows,
    };
  });
}

/** True if no part of the filter holds anything back. */
export function isEverything({ verdicts, node, service, text, subset }: Filter): boolean {
  return verdicts.size === 0 && node.trim() === "" && service === "" && text.trim() === "" && subset === undefined;
}
