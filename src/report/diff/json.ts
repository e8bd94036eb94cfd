import type { Change, Comparison } from "../../model/run/comparison.ts";
import { plainTexts } from "../../model/text/printable.ts";
import type { Result, Run } from "../../model/run/run.ts";
import { phraseCaveat } from "./phrase.ts";

/**
 * The comparison as JSON, indented: `format`, `tool`, the two runs in brief, `caveats`, `summary`, and each change with
 * its flow and with verdict, reason and evidence of both sides. Absent means that there is none.
 */
export function renderDiffJson(raw: Comparison): string {
  const { before, after, caveats, changes, summary } = plainTexts(raw);
  const record = {
    format: 1,
    kind: "diff",
    tool: after.tool,
    old: brief(before),
    new: brief(after),
    caveats: caveats.map((caveat) => ({ ...caveat, message: phraseCaveat(caveat) })),
    summary,
    changes: changes.map(changeRecord),
  };
  return `${JSON.stringify(record, null, 2)}\n`;
}

function brief({ tool, startedAt, durationMs, catalog, stage, topology, interrupted, summary }: Run): object {
  const { product, version } = catalog;
  return { tool, startedAt, durationMs, catalog: { product, version }, stage, topology, interrupted, summary };
}

function changeRecord({ id, kind, before, after }: Change): object {
  const { section, requirement, service, from, to, protocol, port, expect } = after ?? before;
  const place = { section, requirement, service, from, to, protocol, port, expect };
  return { id, kind, ...place, ...(before && { old: side(before) }), ...(after && { new: side(after) }) };
}

function side({
  verdict,
  reason,
  proof,
  outcome,
  address,
  vantage,
  attempts,
  rttMs,
  evidence,
  message,
  advice,
}: Result) {
  return { verdict, reason, proof, outcome, address, vantage, attempts, rttMs, evidence, message, advice };
}
