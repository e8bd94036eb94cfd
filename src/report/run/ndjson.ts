import { plainTexts } from "../../model/text/printable.ts";
import type { Result, Run } from "../../model/run/run.ts";

/** What is known of a run before the first result. */
export type RunFacts = Omit<Run, "durationMs" | "interrupted" | "summary" | "controls" | "results">;

/** The first line: the facts of the run and how many results will follow. */
export function ndjsonHeader(facts: RunFacts, flows: number): string {
  const { format, tool, startedAt, catalog, stage, topology, report, notes, sections } = facts;
  return line({ type: "run", format, tool, startedAt, catalog, stage, topology, report, notes, sections, flows });
}

/** A line for one result, with the keys that it has in the run record. */
export function ndjsonResult(result: Result): string {
  return `{"type":"result",${JSON.stringify(plainTexts(result)).slice("{".length)}\n`; // no copy for one more field
}

/** The last line: the counts. Output without it is that of a run that broke off. */
export function ndjsonSummary({ durationMs, interrupted, summary, controls }: Run): string {
  return line({ type: "summary", durationMs, interrupted, ...summary, controls });
}

/** A saved run as the same lines that `check` streams, results in the order of their ids. */
export function renderNdjson(run: Run): string {
  return [ndjsonHeader(run, run.results.length), ...run.results.map(ndjsonResult), ndjsonSummary(run)].join("");
}

const line = (record: object): string => `${JSON.stringify(plainTexts(record))}\n`;
