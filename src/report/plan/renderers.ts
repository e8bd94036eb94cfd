import type { Plan } from "../../model/flow.ts";

/** The formats of a plan, in the order in which help lists them. */
export const planFormats = ["table", "csv", "markdown", "json"] as const;
export type PlanFormat = (typeof planFormats)[number];
export type PlanRenderer = (plan: Plan, options: { width: number }) => string;

/** One renderer for each format, loaded when it is asked for: plan → text that ends with a line break. */
export const planRenderers = {
  table: async () => (await import("./table.ts")).renderPlanTable,
  csv: async () => (await import("./csv.ts")).renderPlanCsv,
  markdown: async () => (await import("./markdown.ts")).renderPlanMarkdown,
  json: async () => (await import("./json.ts")).renderPlanJson,
} as const satisfies Record<PlanFormat, () => Promise<PlanRenderer>>;
