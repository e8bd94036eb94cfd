import { plainTexts } from "../../model/text/printable.ts";
import type { Run } from "../../model/run/run.ts";
import { localCheckLine, localSection } from "./local-check.ts";
import { sectionsOf } from "../view/sections-of.ts";
import { viewService } from "./service-state.ts";

/**
 * What a Checkmk local check prints: one service for each section of the document that has flows, named `Ports` and
 * the section. For an executable in the agent's `local` folder; the agent itself adds the section header.
 */
export function renderCheckmkLocal(raw: Run): string {
  const run = plainTexts(raw);
  const lines = sectionsOf(run).map(({ name, results }) => localCheckLine(`Ports ${name}`, viewService(results, run)));
  const all = lines.length > 0 ? lines : [localCheckLine("Ports", viewService([], run))];
  return `${all.join("\n")}\n`;
}

/**
 * The same with its section header, for a file in the agent's spool folder. The agent appends such files verbatim; a
 * number in front of the file name is the age in seconds from which it ignores the file (docs/notes/reporting.md).
 */
export function renderCheckmkSpool(run: Run): string {
  return `${localSection}\n${renderCheckmkLocal(run)}`;
}
