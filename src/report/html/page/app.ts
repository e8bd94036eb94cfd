import { h, type JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { applyFilter, everything, type Filter, isEverything, type SearchTexts, viewsOf } from "../filter.ts";
import type { MatrixIndex } from "../matrix-index.ts";
import { DetailsPanel } from "./details-panel.ts";
import type { Opened } from "./opened.ts";
import { FilterBar } from "./filter-bar.ts";
import { SectionGrid } from "./section-grid.ts";
import { subsetFor } from "./subsets.ts";

/** Runs with more rows than this start with the worst rows on top. */
const rowsInOrder = 60;

/** Filters, the matrix of each section, and the details of the cell that is open. */
export function App({ index, search }: { index: MatrixIndex; search: SearchTexts }): JSX.Element {
  const [filter, setFilter] = useState<Filter>(everything);
  const rowCount = index.sections.reduce((sum, { rows }) => sum + rows.length, 0);
  const [worstFirst, setWorstFirst] = useState(rowCount > rowsInOrder);
  const [opened, setOpened] = useState<Opened>();
  const top = useRef<HTMLDivElement>(null);

  const passes = useMemo(() => applyFilter(index, filter, search), [index, filter, search]);
  const views = useMemo(() => viewsOf(index, passes, worstFirst), [index, passes, worstFirst]);
  const shown = views.filter(({ flows }) => flows > 0);

  useEffect(() => {
    const onClick = (event: Event) => {
      const subset = event.target instanceof Element ? subsetFor(event.target, index) : undefined;
      if (subset === undefined) return;
      setFilter({ ...everything, subset });
      top.current?.scrollIntoView({ block: "start" });
      top.current?.focus({ preventScroll: true });
    };
    document.addEventListener("click", onClick);
    return () => document.removeEventListener("click", onClick);
  }, [index]);

  const close = () => {
    opened?.opener.focus();
    setOpened(undefined);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && opened !== undefined) close();
  };
  const flows = shown.reduce((sum, view) => sum + view.flows, 0);
  const everythingShown = isEverything(filter);
  return h(
    "div",
    { onKeyDown },
    h(
      "div",
      { ref: top, tabIndex: -1, class: "top" },
      h(FilterBar, {
        index,
        filter,
        setFilter,
        worstFirst,
        setWorstFirst,
        status: everythingShown
          ? `All ${index.flows.length.toLocaleString("en")} flows in ${shown.length} sections.`
          : `${flows.toLocaleString("en")} of ${index.flows.length.toLocaleString("en")} flows in ${shown.length} of ${views.length} sections.`,
      }),
    ),
    shown.length === 0 ? h("p", { class: "card nothing" }, "No flow fits this filter.") : undefined,
    index.payload.sections.map((section, at) => {
      const view = views[at];
      return view === undefined || view.flows === 0
        ? undefined
        : h(SectionGrid, { key: section.id, index, at, view, passes, opened: opened?.flows, onOpen: setOpened });
    }),
    opened === undefined ? undefined : h(DetailsPanel, { key: opened.flows.join(" "), index, opened, onClose: close }),
  );
}
