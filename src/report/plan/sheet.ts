import type { Plan } from "../../model/flow.ts";
import type { Sheet } from "../workbook/sheet.ts";
import { planColumns, planSections } from "./view.ts";

/** In characters. */
const widths: Readonly<Record<(typeof planColumns)[number], number>> = {
  section: 9,
  from: 20,
  to: 20,
  address: 20,
  protocol: 9,
  port: 8,
  service: 24,
  why: 60,
  expect: 9,
  feature: 16,
  requirement: 20,
  alternative: 16,
};

/** A plan as a sheet: a row for each flow, with the columns of the CSV. Ports are numbers. */
export function planSheet(plan: Plan): Sheet {
  const lines = planSections(plan).flatMap((section) => section.lines);
  return {
    name: "Flows",
    columns: planColumns.map((title) => ({ title, width: widths[title] })),
    rows: lines.map((line) =>
      planColumns.map((title) => (title === "port" && line.port !== "" ? Number(line.port) : line[title])),
    ),
  };
}
