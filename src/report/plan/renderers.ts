import type { Plan } from "../../model/flow.ts";

export type PlanRenderer = (plan: Plan, options: { width: number }) => string;

/**
 * One renderer for each format, in the order in which help lists them, loaded when it is asked for: plan → text that
 * ends with a line break.
 */
export const planRenderers = {
  table: async () => (await import("./table.ts")).renderPlanTable,
  csv: async () => (await import("./csv.ts")).renderPlanCsv,
  markdown: async () => (await import("./markdown.ts")).renderPlanMarkdown,
  json: async () => (await import("./json.ts")).renderPlanJson,
} as const satisfies Readonly<Record<string, () => Promise<PlanRenderer>>>;

export type PlanFormat = keyof typeof planRenderers;
/** The formats of a plan. */
export const planFormats = Object.keys(planRenderers) as readonly PlanFormat[];
