import { h, type JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { isNumbered, sectionName } from "../../../model/section.ts";
import { counted } from "../../text/wording.ts";
import { sign } from "../../text/palette.ts";
import type { View } from "../filter.ts";
import type { IndexedSection, MatrixIndex } from "../matrix-index.ts";
import { type Stretch, windowOf } from "../row-window.ts";
import type { Opened } from "./opened.ts";
import { type GridPosition, step } from "../grid-keys.ts";
import { GridRow, rowTitle } from "./grid-row.ts";

interface Props {
  index: MatrixIndex;
  /** The section's place in the run. */
  at: number;
  view: View;
  passes: Uint8Array;
  opened: readonly number[] | undefined;
  onOpen: (opened: Opened) => void;
}

/** Height of a row in rem; style/matrix.css says the same. */
const rowRem = 2.25;

/**
 * The matrix of one section as an ARIA grid (https://www.w3.org/WAI/ARIA/apg/patterns/grid/): one cell is in the tab
 * order, arrow keys move it, Enter opens it. Only the rows near the viewport are in the document.
 */
export function SectionGrid({ index, at, view, passes, opened, onOpen }: Props): JSX.Element {
  const scroller = useRef<HTMLDivElement>(null);
  const wantsFocus = useRef(false);
  const [seen, setSeen] = useState({ scrolled: 0, height: 900, rowHeight: rowRem * 16 });
  const [wanted, setActive] = useState<GridPosition>({ row: 0, column: 0 });
  const active = {
    row: Math.min(wanted.row, view.rows.length - 1),
    column: Math.min(wanted.column, view.columns.length),
  };

  const look = () => {
    const { scrollTop, clientHeight } = scroller.current ?? { scrollTop: 0, clientHeight: 900 };
    const rowHeight = rowRem * Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
    setSeen((old) =>
      old.scrolled === scrollTop && old.height === clientHeight && old.rowHeight === rowHeight
        ? old
        : { scrolled: scrollTop, height: clientHeight, rowHeight },
    );
  };
  useLayoutEffect(look, [view]);
  useLayoutEffect(() => {
    if (!wantsFocus.current) return;
    wantsFocus.current = false;
    const cell = scroller.current?.querySelector<HTMLElement>('[tabindex="0"][data-column]');
    cell?.focus({ preventScroll: true });
    cell?.scrollIntoView({ block: "nearest", inline: "nearest" });
  });

  const section = index.payload.sections[at];
  const rows = index.sections[at]?.rows ?? [];
  const open = ({ row, column }: GridPosition, opener: HTMLElement, takesFocus: boolean) => {
    const shown = rows[view.rows[row] ?? 0];
    const cell = column === 0 ? undefined : shown?.cells[view.columns[column - 1] ?? 0];
    if (shown === undefined || (column > 0 && cell === undefined)) return;
    const [first, end] = cell === undefined ? [shown.first, shown.end] : [cell.first, cell.first + cell.count];
    const name = column === 0 ? "" : ` · ${section?.columns[view.columns[column - 1] ?? 0]?.join(" ").trim()}`;
    const flows = Array.from({ length: end - first }, (_, flow) => first + flow);
    onOpen({ title: `${rowTitle(index, shown)}${name}`, flows, opener, takesFocus });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.metaKey || !(event.target instanceof HTMLElement)) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      open(active, event.target, true);
      return;
    }
    const page = Math.max(1, Math.floor(seen.height / seen.rowHeight) - 2);
    const next = step(active, event, { rows: view.rows.length, columns: view.columns.length + 1, page });
    if (next === undefined) return;
    event.preventDefault();
    wantsFocus.current = true;
    setActive(next);
  };
  const onClick = (event: MouseEvent) => {
    const cell = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-column]") : null;
    if (cell === null) return;
    const place = { row: Number(cell.dataset["row"]), column: Number(cell.dataset["column"]) };
    setActive(place);
    // Assistive technology clicks without a pointer: its reader goes where the answer is.
    open(place, cell, event.detail === 0);
  };

  const heading = `section-${at}`;
  // One flat list: a row that has the focus stays the same element when the window moves over it.
  const drawStretch = (stretch: Stretch, number: number): (JSX.Element | undefined)[] =>
    stretch.kind === "blank"
      ? [
          h(
            "tr",
            { key: `blank-${number}`, class: "blank", "aria-hidden": "true" },
            h("td", { colSpan: view.columns.length + 1, style: { height: `${stretch.rows * seen.rowHeight}px` } }),
          ),
        ]
      : view.rows.slice(stretch.start, stretch.end).map((row, offset) => {
          const shown = rows[row];
          const position = stretch.start + offset;
          const focus = position === active.row ? active.column : undefined;
          return shown && h(GridRow, { key: row, index, row: shown, position, view, passes, focus, opened });
        });
  return h(
    "section",
    { class: "card section", "aria-labelledby": heading },
    h(
      "div",
      { class: "section-head" },
      h("h2", { id: heading }, section && sectionName(section)),
      h(Tally, { tally: index.sections[at]?.tally ?? [] }),
      index.payload.url !== undefined && section !== undefined && isNumbered(section.id)
        ? h(
            "a",
            { href: `${index.payload.url}#${section.anchor}`, rel: "noreferrer noopener" },
            "In the document",
            h("span", { class: "hush" }, `: section ${section.id}`),
          )
        : undefined,
    ),
    h(
      "div",
      { class: "scroller", ref: scroller, onScroll: look },
      h(
        "table",
        {
          role: "grid",
          "aria-labelledby": heading,
          "aria-readonly": "true",
          "aria-rowcount": view.rows.length + 1,
          "aria-colcount": view.columns.length + 1,
          onKeyDown,
          onClick,
        },
        h(
          "colgroup",
          null,
          h("col", { class: "label" }),
          view.columns.map((column) => h("col", { key: column })),
        ),
        h(
          "thead",
          null,
          h(
            "tr",
            { "aria-rowindex": 1 },
            h("th", { scope: "col" }, "from → to"),
            view.columns.map((column) => {
              const [name = "", where = ""] = section?.columns[column] ?? [];
              return h(
                "th",
                { scope: "col", key: column },
                name,
                " ",
                where === "" ? undefined : h("small", null, where),
              );
            }),
          ),
        ),
        h("tbody", null, windowOf(view.rows.length, seen, active.row).flatMap(drawStretch)),
      ),
    ),
  );
}

/** The section's flows by verdict, as a bar and in numbers. */
function Tally({ tally }: Pick<IndexedSection, "tally">): JSX.Element {
  const all = tally.reduce((sum, { count }) => sum + count, 0);
  const bar = tally.map(({ verdict, count }) =>
    h("span", { key: verdict, class: verdict, style: { width: `${(100 * count) / all}%` } }),
  );
  const numbers = tally.map(({ verdict, count }) =>
    h(
      "span",
      { key: verdict, class: verdict },
      h("b", { "aria-hidden": "true" }, sign(verdict, { unicode: true })),
      ` ${count.toLocaleString("en")} ${verdict}`,
    ),
  );
  return h(
    "div",
    { class: "tally" },
    h("div", { class: "bar", "aria-hidden": "true" }, bar),
    h("p", null, h("span", null, `${counted(all, "flow")}:`), numbers),
  );
}
