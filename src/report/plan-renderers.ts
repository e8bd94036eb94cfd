import type { Plan } from "../model/flow.ts";
import { renderPlanCsv } from "./plan-csv.ts";
import { renderPlanJson } from "./plan-json.ts";
import { renderPlanMarkdown } from "./plan-markdown.ts";
import { renderPlanTable } from "./plan-table.ts";

/** The formats of a plan, in the order in which help lists them. */
export const planFormats = ["table", "csv", "markdown", "json"] as const;
type PlanFormat = (typeof planFormats)[number];
type PlanRenderer = (plan: Plan, options: { width: number }) => string;

/** One renderer for each format: plan → text that ends with a line break. */
export const planRenderers = {
  table: renderPlanTable,
  csv: renderPlanCsv,
  markdown: renderPlanMarkdown,
  json: renderPlanJson,
} as const satisfies Record<PlanFormat, PlanRenderer>;
