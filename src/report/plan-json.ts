import { plainTexts } from "../model/printable.ts";
import type { Plan } from "../model/flow.ts";

/** The communication matrix as JSON: catalog, sections and flows. Probes stay out, because they name credentials. */
export function renderPlanJson(raw: Plan): string {
  const { catalog, sections, flows } = plainTexts(raw);
  return `${JSON.stringify({ format: 1, catalog, sections, flows: flows.map(({ probe: _, ...flow }) => flow) }, null, 2)}\n`;
}
