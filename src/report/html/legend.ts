import { h, type JSX } from "preact";
import type { Run } from "../../model/run/run.ts";
import { worstFirst } from "../../model/severity.ts";
import { proofMeanings, verdictMeanings } from "../reasons/meanings.ts";
import { sign } from "../text/palette.ts";

/** What the signs of the matrix and the words for proof mean: those that this run has. */
export function drawLegend({ results }: Pick<Run, "results">): JSX.Element | undefined {
  if (results.length === 0) return undefined;
  const verdicts = new Set(results.map(({ verdict }) => verdict));
  const proofs = new Set(results.map(({ proof }) => proof));
  const entry = (term: JSX.Element, meaning: string) => h("div", null, h("dt", null, term), h("dd", null, meaning));
  return h(
    "section",
    { class: "card legend", "aria-labelledby": "legend" },
    h("h2", { id: "legend" }, "Legend"),
    h(
      "dl",
      null,
      worstFirst
        .filter((verdict) => verdicts.has(verdict))
        .map((verdict) =>
          entry(
            h(
              "span",
              { class: `badge ${verdict}` },
              h("span", { "aria-hidden": "true" }, `${sign(verdict, { unicode: true })} `),
              verdict,
            ),
            verdictMeanings[verdict],
          ),
        ),
      entry(h("span", { "aria-hidden": "true" }, "·"), "not required"),
      (["proven", "observed", "inferred", "none"] as const)
        .filter((proof) => proofs.has(proof))
        .map((proof) => entry(h("span", null, "proof: ", h("b", null, proof)), proofMeanings[proof])),
    ),
  );
}
