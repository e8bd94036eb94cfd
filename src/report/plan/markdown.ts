import { markdownTable } from "markdown-table";
import type { Plan } from "../../model/flow.ts";
import { plainTexts } from "../../model/text/printable.ts";
import { sectionName } from "../../model/section.ts";
import { escapeMarkdown, link } from "../text/markdown-text.ts";
import { planSections } from "./view.ts";
import { counted } from "../text/wording.ts";

/** The communication matrix as Markdown: a table for each section, fit for a firewall request. */
export function renderPlanMarkdown(plan: Plan): string {
  const { title, url } = plainTexts(plan.catalog);
  const blocks = planSections(plan).flatMap((section) => {
    const name = escapeMarkdown(sectionName(section));
    const rows = section.lines.map((line) => [
      line.from,
      line.to,
      line.address,
      line.where,
      line.service,
      line.expect,
      line.why,
      line.feature,
    ]);
    const header = ["from", "to", "address", "port", "service", "expect", "why", "feature"];
    const table = markdownTable(
      [header, ...rows].map((row) => row.map(escapeMarkdown)),
      { alignDelimiters: false },
    );
    return [`## ${name}`, table];
  });
  return `${["# Communication matrix", `${counted(plan.flows.length, "flow")} required by ${link(title, url)}`, ...blocks].join("\n\n")}\n`;
}
