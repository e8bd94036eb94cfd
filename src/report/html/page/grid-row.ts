import { h, type JSX } from "preact";
import { sign } from "../../text/palette.ts";
import { pair } from "../../text/wording.ts";
import type { View } from "../filter.ts";
import { betweenAddresses } from "../addresses.ts";
import type { IndexedCell, IndexedRow, MatrixIndex } from "../matrix-index.ts";

interface Props {
  index: MatrixIndex;
  row: IndexedRow;
  /** The row's place among those shown. */
  position: number;
  view: View;
  passes: Uint8Array;
  /** The column that is in the tab order, if it is in this row; 0 is the heading. */
  focus: number | undefined;
  /** The flows whose details are open. */
  opened: readonly number[] | undefined;
}

/** `web01 → cmk`. */
export function rowTitle({ payload: { nodes } }: MatrixIndex, { from, to }: IndexedRow): string {
  return pair(nodes[from] ?? "", nodes[to] ?? "");
}

/** The addresses of a row, under its title. */
function rowAddresses({ payload: { nodes, addresses } }: MatrixIndex, { from, to }: IndexedRow): string {
  return betweenAddresses([nodes[from] ?? "", addresses[from] ?? ""], [nodes[to] ?? "", addresses[to] ?? ""]);
}

/** One pair of nodes: its heading and a cell for each column. */
export function GridRow({ index, row, position, view, passes, focus, opened }: Props): JSX.Element {
  const place = (column: number) => ({
    "data-row": position,
    "data-column": column,
    tabIndex: focus === column ? 0 : -1,
  });
  const title = rowTitle(index, row);
  const addresses = rowAddresses(index, row);
  return h(
    "tr",
    { "aria-rowindex": position + 2 },
    h(
      "th",
      { scope: "row", title: addresses === "" ? title : `${title}\n${addresses}`, ...place(0) },
      h("span", { class: "pair" }, title),
      " ",
      addresses === "" ? undefined : h("small", null, addresses),
    ),
    view.columns.map((column, at) => {
      const cell = row.cells[column];
      if (cell === undefined) {
        return h(
          "td",
          { key: column, role: "gridcell", class: "none", ...place(at + 1) },
          h("span", { "aria-hidden": "true" }, "·"),
          h("span", { class: "hush" }, "not required"),
        );
      }
      const isOpen = opened !== undefined && opened[0] === cell.first && opened.length === cell.count;
      return h(
        "td",
        {
          key: column,
          role: "gridcell",
          class: `${cell.verdict}${fits(cell, passes) ? "" : " dim"}`,
          "aria-selected": isOpen,
          ...place(at + 1),
        },
        h("span", { class: "sign", "aria-hidden": "true" }, sign(cell.verdict, { unicode: true })),
        h("span", { class: "hush" }, `${cell.verdict}: `),
        cell.text,
      );
    }),
  );
}

function fits({ first, count }: IndexedCell, passes: Uint8Array): boolean {
  return passes.subarray(first, first + count).includes(1);
}
