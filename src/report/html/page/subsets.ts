import type { Subset } from "../filter.ts";
import type { MatrixIndex } from "../matrix-index.ts";

/** The flows that a click on a cause, on an arrow or on a box of the picture asks for. */
export function subsetFor(clicked: Element, index: MatrixIndex): Subset | undefined {
  const number = (name: string): number | undefined => {
    const text = clicked.closest(`[data-${name}]`)?.getAttribute(`data-${name}`);
    return text === null || text === undefined ? undefined : Number(text);
  };
  const { causes, arrows, boxes, nodes } = index.payload;
  const cause = causes[number("show-cause") ?? -1];
  if (cause !== undefined) return { label: cause.label, flows: new Set(cause.flows) };

  const boxOf = (node: number | undefined) => boxes[node ?? 0];
  const flowsWhere = (fits: (from: number | undefined, to: number | undefined) => boolean): Set<number> =>
    new Set(
      Array.from(index.flows, (_, flow) => flow).filter((flow) => fits(boxOf(index.from[flow]), boxOf(index.to[flow]))),
    );
  const arrow = arrows[number("show-arrow") ?? number("arrow") ?? -1];
  if (arrow !== undefined) {
    return { label: arrow.label, flows: flowsWhere((from, to) => from === arrow.from && to === arrow.to) };
  }
  const box = number("box");
  if (box === undefined) return undefined;
  const members = nodes.filter((_, node) => boxes[node] === box);
  const label =
    members.length === 1 ? `${members[0]}` : `${members.length.toLocaleString("en")} nodes like ${members[0]}`;
  return { label: `Flows of ${label}`, flows: flowsWhere((from, to) => from === box || to === box) };
}
