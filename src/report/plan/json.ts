import { plainTexts } from "../../model/text/printable.ts";
import type { Plan } from "../../model/flow.ts";

/** The communication matrix as JSON: catalog, sections and flows. Probes stay out, because they name credentials. */
export function renderPlanJson(raw: Plan): string {
  const { catalog, sections, flows } = plainTexts(raw);
  const shown = flows.map((flow) => {
    const { probe: _, ...rest } = flow;
    return rest;
  });
  return `${JSON.stringify({ format: 1, catalog, sections, flows: shown }, null, 2)}\n`;
}
