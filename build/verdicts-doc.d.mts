import type { markdownTable } from "markdown-table";
import type { rules } from "../src/judge/rules.ts";
import type { serviceRules } from "../src/judge/service-rules.ts";
import type { verdictOf } from "../src/model/reason.ts";
import type { reasonWords } from "../src/report/reasons/entries.ts";
import type { reasonsOf } from "../src/report/reasons/explain.ts";
import type {
  findingMeanings,
  outcomeMeanings,
  proofMeanings,
  verdictMeanings,
} from "../src/report/reasons/meanings.ts";

interface Model {
  rules: typeof rules;
  serviceRules: typeof serviceRules;
  verdictOf: typeof verdictOf;
  reasonWords: typeof reasonWords;
  reasonsOf: typeof reasonsOf;
  verdictMeanings: typeof verdictMeanings;
  proofMeanings: typeof proofMeanings;
  outcomeMeanings: typeof outcomeMeanings;
  findingMeanings: typeof findingMeanings;
}
export function verdictsDoc(model: Model, table: typeof markdownTable): [path: string, text: string];
