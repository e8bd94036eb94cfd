import type { Plan } from "../../model/flow.ts";
import type { Column, Sheet } from "../workbook/sheet.ts";
import { type PlanLine, planSections } from "./view.ts";

const columns: readonly (Column & { cell: (line: PlanLine) => string | number })[] = [
  { title: "section", width: 9, cell: ({ section }) => section },
  { title: "from", width: 20, cell: ({ from }) => from },
  { title: "to", width: 20, cell: ({ to }) => to },
  { title: "address", width: 20, cell: ({ address }) => address },
  { title: "protocol", width: 9, cell: ({ protocol }) => protocol },
  { title: "port", width: 8, cell: ({ port }) => (port === "" ? "" : Number(port)) },
  { title: "service", width: 24, cell: ({ service }) => service },
  { title: "why", width: 60, cell: ({ why }) => why },
  { title: "expect", width: 9, cell: ({ expect }) => expect },
  { title: "feature", width: 16, cell: ({ feature }) => feature },
  { title: "requirement", width: 20, cell: ({ requirement }) => requirement },
  { title: "alternative", width: 16, cell: ({ alternative }) => alternative },
];

/** A plan as a sheet: a row for each flow, with the columns of the CSV. */
export function planSheet(plan: Plan): Sheet {
  const lines = planSections(plan).flatMap((section) => section.lines);
  return { name: "Flows", columns, rows: lines.map((line) => columns.map(({ cell }) => cell(line))) };
}
