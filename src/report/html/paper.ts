import { h, type JSX } from "preact";
import { sectionName } from "../../model/section.ts";
import { cellText } from "../view/cell.ts";
import { detailsOf } from "../view/details.ts";
import { countsOf, type VerdictCount } from "../view/section-counts.ts";
import type { SectionMatrix } from "../view/section-matrix.ts";
import { sign } from "../text/palette.ts";
import { counted, pair } from "../text/wording.ts";
import { addressesOf, betweenAddresses } from "./addresses.ts";
import { prose } from "./prose.ts";
import { inThousands } from "../../model/thousands.ts";

/**
 * The matrices for paper, and for readers without scripts: rows that look alike are put together as at the terminal,
 * and under each matrix stand the reasons of all cells that are not green.
 */
export function drawPaper(matrices: readonly SectionMatrix[]): JSX.Element {
  const addresses = addressesOf(matrices.flatMap(({ results }) => results));
  return h(
    "div",
    { class: "paper" },
    matrices.map((matrix) => section(matrix, addresses)),
  );
}

const drawCount = ({ verdict, count }: VerdictCount): string => `${inThousands(count)} ${verdict}`;

function section(
  { id, title, columns, rows, pairs, results }: SectionMatrix,
  addresses: ReadonlyMap<string, string>,
): JSX.Element {
  const withAddress = (node: string) => [node, addresses.get(node) ?? ""] as const;
  const under = new Map(
    pairs.map(({ from, to }) => [pair(from, to), betweenAddresses(withAddress(from), withAddress(to))]),
  );
  return h(
    "section",
    null,
    h("h2", null, sectionName({ id, title })),
    h("p", null, `${counted(results.length, "flow")}: ${countsOf(results).map(drawCount).join(", ")}`),
    h(
      "table",
      null,
      h(
        "thead",
        null,
        h(
          "tr",
          null,
          h("th", { scope: "col" }, "from → to"),
          columns.map(({ heading: [name, where] }) =>
            h("th", { scope: "col" }, name, " ", where === "" ? undefined : h("small", null, where)),
          ),
        ),
      ),
      h(
        "tbody",
        null,
        rows.map(({ label, cells }) =>
          h(
            "tr",
            null,
            h("th", { scope: "row" }, label, " ", h("small", null, under.get(label))),
            cells.map((cell) =>
              cell === undefined
                ? h("td", { class: "none" }, "·")
                : h("td", { class: cell.verdict }, `${sign(cell.verdict, { unicode: true })} ${cellText(cell)}`),
            ),
          ),
        ),
      ),
    ),
    h(
      "ul",
      { class: "reasons" },
      detailsOf(results).map(({ verdict, text }) =>
        h("li", { class: verdict }, h("b", null, `${sign(verdict, { unicode: true })} ${verdict} `), prose(text)),
      ),
    ),
  );
}
