import { type PlanFormat, planFormats } from "../report/plan/renderers.ts";

/** What `plan` can print: its own formats, and the rules of a change request as CSV. */
export const allPlanFormats = [...planFormats, "firewall"] as const satisfies readonly (PlanFormat | "firewall")[];
