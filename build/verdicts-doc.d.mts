import type { markdownTable } from "markdown-table";
import type { rules } from "../src/judge/rules.ts";
import type { explanations, reasonsOf } from "../src/report/explain.ts";
import type { outcomeMeanings, proofMeanings, verdictMeanings } from "../src/report/meanings.ts";

interface Model {
  rules: typeof rules;
  explanations: typeof explanations;
  reasonsOf: typeof reasonsOf;
  verdictMeanings: typeof verdictMeanings;
  proofMeanings: typeof proofMeanings;
  outcomeMeanings: typeof outcomeMeanings;
}
export function verdictsDoc(model: Model, table: typeof markdownTable): [path: string, text: string];
