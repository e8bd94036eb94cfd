import { type PlanFormat, planFormats } from "../report/plan/renderers.ts";

/** Formats of `plan` that need its change request: the rules as CSV, and a workbook of rules and flows. */
const requestFormatsOfPlan = ["firewall", "xlsx"] as const;

/** What `plan` can print. */
export const allPlanFormats = [...planFormats, ...requestFormatsOfPlan] as const satisfies readonly (
  | PlanFormat
  | (typeof requestFormatsOfPlan)[number]
)[];
