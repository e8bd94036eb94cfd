import type { Command } from "commander";

/** What a report begins with, as it stands on the command line. */
export interface ReportHeadOptions {
  reportTitle?: string;
  customer?: string;
  author?: string;
  logo?: string;
}

/** Declares what the HTML report begins with; the topology may say the same under `report:`. */
export function declareReportHead(command: Command): Command {
  return command
    .option("--report-title <text>", "title of the HTML report")
    .option("--customer <text>", "customer that the HTML report is for")
    .option("--author <text>", "author of the HTML report")
    .option("--logo <file>", "logo of the HTML report: PNG, JPEG or SVG, 200 kB at most");
}
