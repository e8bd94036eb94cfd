import { h, type JSX } from "preact";
import { sign } from "../../text/palette.ts";
import { worstFirst as verdicts } from "../../../model/severity.ts";
import { everything, type Filter, isEverything } from "../filter.ts";
import type { MatrixIndex } from "../matrix-index.ts";

/** A browser offers names while one types; more than this would be slow and no help. */
const namesOffered = 400;

interface Props {
  index: MatrixIndex;
  filter: Filter;
  setFilter: (filter: Filter) => void;
  worstFirst: boolean;
  setWorstFirst: (on: boolean) => void;
  status: string;
}

/** The filters, and a line that says how much they leave; a screen reader is told each time it changes. */
export function FilterBar({ index, filter, setFilter, worstFirst, setWorstFirst, status }: Props): JSX.Element {
  const set = (part: Partial<Filter>) => setFilter({ ...filter, ...part });
  return h(
    "form",
    {
      class: "filters",
      role: "search",
      "aria-label": "Filter the matrix",
      onSubmit: (event: Event) => event.preventDefault(),
    },
    h(
      "div",
      { role: "group", "aria-label": "Verdict", class: "verdicts" },
      verdicts
        .filter((verdict) => index.verdicts[verdict] > 0)
        .map((verdict) =>
          h(
            "button",
            {
              type: "button",
              class: `chip ${verdict}`,
              "aria-pressed": filter.verdicts.has(verdict),
              onClick: () => set({ verdicts: toggled(filter.verdicts, verdict) }),
            },
            h("span", { class: "sign", "aria-hidden": "true" }, sign(verdict, { unicode: true })),
            ` ${verdict} `,
            h("b", null, index.verdicts[verdict].toLocaleString("en")),
          ),
        ),
    ),
    field(
      "filter-node",
      "Node",
      h("input", {
        id: "filter-node",
        type: "search",
        name: "node",
        list: "nodes",
        autocomplete: "off",
        spellcheck: false,
        value: filter.node,
        placeholder: "any node",
        onInput: (event: Event) => set({ node: valueOf(event) }),
      }),
    ),
    h(
      "datalist",
      { id: "nodes" },
      index.payload.nodes.slice(0, namesOffered).map((node) => h("option", { value: node })),
    ),
    field(
      "filter-port",
      "Port",
      h(
        "select",
        {
          id: "filter-port",
          name: "port",
          value: filter.service,
          onChange: (event: Event) => set({ service: valueOf(event) }),
        },
        h("option", { value: "" }, "any port"),
        index.services.map(({ name, flows }) =>
          h("option", { value: name }, `${name} (${flows.toLocaleString("en")})`),
        ),
      ),
    ),
    field(
      "filter-text",
      "Text",
      h("input", {
        id: "filter-text",
        type: "search",
        name: "text",
        autocomplete: "off",
        spellcheck: false,
        value: filter.text,
        placeholder: "text, address, evidence …",
        onInput: (event: Event) => set({ text: valueOf(event) }),
      }),
      "wide",
    ),
    h(
      "label",
      { class: "check" },
      h("input", {
        type: "checkbox",
        name: "worst",
        checked: worstFirst,
        onChange: (event: Event) => setWorstFirst((event.currentTarget as HTMLInputElement).checked),
      }),
      "Worst rows first",
    ),
    h(
      "div",
      { class: "outcome" },
      h("p", { role: "status" }, status),
      filter.subset === undefined
        ? undefined
        : h(
            "button",
            { type: "button", class: "chip subset", onClick: () => set({ subset: undefined }) },
            h("span", { class: "label" }, filter.subset.label),
            h("span", { "aria-hidden": "true" }, " ×"),
            h("span", { class: "hush" }, " (remove this filter)"),
          ),
      isEverything(filter)
        ? undefined
        : h("button", { type: "button", class: "link", onClick: () => setFilter(everything) }, "Show everything"),
    ),
  );
}

/** A control with its name, which is read out and not shown, so that the bar is one line; `id` joins the two. */
const field = (id: string, name: string, control: JSX.Element, size = ""): JSX.Element =>
  h("div", { class: `field ${size}` }, h("label", { for: id, class: "hush" }, name), control);

const valueOf = (event: Event): string => (event.currentTarget as HTMLInputElement | HTMLSelectElement).value;

function toggled<Thing>(set: ReadonlySet<Thing>, thing: Thing): Set<Thing> {
  const copy = new Set(set);
  if (!copy.delete(thing)) copy.add(thing);
  return copy;
}
