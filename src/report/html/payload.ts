import type { Result, Run } from "../../model/run/run.ts";
import type { Verdict } from "../../model/verdict.ts";
import type { Cause } from "../view/cause.ts";
import { type Cell, cellText } from "../view/cell.ts";
import type { SectionMatrix } from "../view/section-matrix.ts";
import { isWebAddress } from "../text/web-address.ts";
import { addressesOf } from "./addresses.ts";
import type { Graph } from "./graph.ts";
import { pack, type PackedResult, type Template } from "./pack.ts";

/** A cell: 0 if nothing is required, else its look and its flows. */
export type PackedCell = 0 | readonly [look: number, ...flows: PackedResult[]];
/** A row: numbers of the two nodes, then a cell for each column. */
export type PackedRow = readonly [from: number, to: number, ...cells: PackedCell[]];

export interface PackedSection {
  id: string;
  title: string;
  anchor: string;
  columns: readonly (readonly [name: string, where: string])[];
  rows: readonly PackedRow[];
}

/** All that the page shows in the matrix, in few bytes. Flows are numbered in the order in which they appear. */
export interface Payload {
  topology?: string;
  /** Address of the vendor's document; absent unless it is http or https. */
  url?: string;
  nodes: readonly string[];
  /** For each node, the addresses by which it was asked; empty where nobody asked it. */
  addresses: readonly string[];
  /** For each node, the number of its box in the picture. */
  boxes: readonly number[];
  looks: readonly (readonly [Verdict, text: string])[];
  templates: readonly Template[];
  sections: readonly PackedSection[];
  /** For each cause that the page names, its headline and its flows. */
  causes: readonly { label: string; flows: readonly number[] }[];
  /** Nodes whose flows scripts sent, and with what; absent where none did. */
  taken?: readonly (readonly [node: string, tool: string])[];
  /** For each arrow of the picture, its label and the boxes at its ends. */
  arrows: readonly { label: string; from: number; to: number }[];
}

/** What the payload is made of. */
export interface Parts {
  run: Pick<Run, "results" | "catalog" | "topology" | "taken">;
  matrices: readonly SectionMatrix[];
  causes: readonly { label: string; cause: Cause }[];
  graph: Graph;
}

/** Puts a run into the form that the page reads. */
export function payloadOf({ run, matrices, causes, graph }: Parts): Payload {
  const { templates, packed } = pack(run.results);
  const nodes = numbering<string>();
  const addresses = addressesOf(run.results);
  const looks = numbering<string>();
  const lookOf: [Verdict, string][] = [];
  const order = new Map<Result, number>();

  const packCell = (cell: Cell | undefined): PackedCell => {
    if (cell === undefined) return 0;
    const text = cellText(cell).replace(" x", " ×");
    const look = looks.numberOf(`${cell.verdict} ${text}`);
    lookOf[look] = [cell.verdict, text];
    for (const result of cell.results) order.set(result, order.size);
    return [look, ...cell.results.map((result) => packed.get(result) ?? ([0] as const))];
  };
  const sections = matrices.map(({ id, title, anchor, columns, pairs }) => ({
    id,
    title,
    anchor,
    columns: columns.map(({ heading }) => heading),
    rows: pairs.map(({ from, to, cells }): PackedRow => [
      nodes.numberOf(from),
      nodes.numberOf(to),
      ...cells.map(packCell),
    ]),
  }));
  const taken = (run.taken ?? []).flatMap(({ node, tool, unreached }) =>
    unreached === undefined ? [[node, tool] as const] : [],
  );
  return {
    ...(taken.length === 0 ? {} : { taken }),
    ...(run.topology === undefined ? {} : { topology: run.topology }),
    ...(isWebAddress(run.catalog.url) ? { url: run.catalog.url } : {}),
    nodes: nodes.all(),
    addresses: nodes.all().map((node) => addresses.get(node) ?? ""),
    boxes: nodes.all().map((node) => graph.boxOf.get(node) ?? 0),
    looks: lookOf,
    templates,
    sections,
    causes: causes.map(({ label, cause }) => ({
      label,
      flows: cause.results.flatMap((result) => order.get(result) ?? []),
    })),
    arrows: graph.arrows.map(({ label, from, to }) => ({ label, from, to })),
  };
}

/** Gives things numbers in the order in which they come. */
function numbering<Thing>(): { numberOf: (thing: Thing) => number; all: () => Thing[] } {
  const numbers = new Map<Thing, number>();
  return {
    numberOf(thing) {
      const known = numbers.get(thing);
      if (known !== undefined) return known;
      numbers.set(thing, numbers.size);
      return numbers.size - 1;
    },
    all: () => [...numbers.keys()],
  };
}
