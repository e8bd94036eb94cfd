import type { Plan } from "../../model/flow.ts";
import { plainTexts } from "../../model/text/printable.ts";
import { sectionName } from "../../model/section.ts";
import { groupBy } from "../text/group-by.ts";
import { columnsOf, hanging, wrap } from "../text/layout.ts";
import { drawTable, fitWidths } from "../text/table.ts";
import { type PlanLine, type PlanSection, planSections } from "./view.ts";
import { counted, inOrder, pair } from "../text/wording.ts";

/**
 * The communication matrix for a terminal: for each section a table of the flows, and below it why each requirement is
 * there. No line is wider than `width`.
 */
export function renderPlanTable(plan: Plan, { width }: { width: number }): string {
  const { title, url } = plainTexts(plan.catalog);
  const sources = inOrder(plan.flows.map(({ from }) => from)).length;
  const head = [
    ...wrap(`Communication matrix · ${title} · ${url}`, width),
    ...wrap(`${counted(plan.flows.length, "flow")} from ${counted(sources, "node")}; nothing was sent`, width),
  ];
  return `${[head, ...planSections(plan).map((section) => drawSection(section, width))].map((block) => block.join("\n")).join("\n\n")}\n`;
}

const columns = [
  ["from → to", ({ from, to }) => pair(from, to)],
  ["address", ({ address }) => address],
  ["port", ({ where }) => where],
  ["service", ({ service, where }) => (service === where ? "" : service)],
  ["expect", ({ expect, alternative }) => `${expect}${alternative === "" ? "" : " *"}`],
  ["feature", ({ feature }) => feature],
] as const satisfies readonly (readonly [string, (line: PlanLine) => string])[];

function drawSection({ id, title, lines }: PlanSection, width: number): string[] {
  const used = columns
    .map(([name, text]) => ({ name, texts: lines.map(text) }))
    .filter(({ texts }) => texts.some((text) => text !== ""));
  const widths = fitWidths(
    used.map(({ name, texts }) => texts.reduce((most, text) => Math.max(most, columnsOf(text)), name.length)),
    width - 3 * used.length - 1,
  );
  const field = (text: string, column: number) => ({ lines: wrap(text, widths[column] ?? 1) });
  const drawn = drawTable(
    used.map(({ name }, column) => field(name, column)),
    lines.map((_, at) => used.map(({ texts }, column) => field(texts[at] ?? "", column))),
    { widths },
  );
  const group = lines.some(({ alternative }) => alternative !== "")
    ? ["  * one of several alternatives is enough"]
    : [];
  return [
    ...wrap(`${sectionName({ id, title }, "  ")}   ${counted(lines.length, "flow")}`, width),
    ...drawn,
    ...reasons(lines, width),
    ...group,
  ];
}

/** Why each requirement is there: `8000/tcp  So that hosts can register.` */
function reasons(lines: readonly PlanLine[], width: number): string[] {
  const byReason = groupBy(lines, ({ why, requirement }) => `${requirement} ${why}`);
  return [...byReason.values()].flatMap((group) => {
    const ports = inOrder(group.map(({ where }) => where));
    const shown = ports.length > 3 ? `${ports.length} ports` : ports.join(", ");
    return hanging(`${shown}  `, group[0]?.why ?? "", { indent: 2, width });
  });
}
