import { decoysOf } from "../../judge/decoy.ts";
import { judge } from "../../judge/judge.ts";
import { summarise } from "../../judge/rollup.ts";
import type { Flow } from "../../model/flow.ts";
import { noteNoResponder } from "../../report/text/note-responder.ts";
import type { DecoySent, ResponderFact, Run, VantageFact } from "../../model/run.ts";
import type { RunFacts } from "../../report/run/ndjson.ts";
import { noteBlindness } from "../../report/text/note-blindness.ts";
import { noteElsewhere } from "../../report/text/note-elsewhere.ts";
import { phrase } from "../../report/reasons/phrase.ts";
import { otherAddressesIn } from "../../report/reasons/other-addresses.ts";
import { sameTargetIn } from "../../report/reasons/same-target.ts";
import type { Observed } from "../../model/observed.ts";
import type { Prepared } from "./prepare.ts";

/** When a run was made, by whom, and whether it was cut short. */
export interface Circumstances {
  version: string;
  startedAt: Date;
  durationMs: number;
  interrupted: boolean;
  /** Connections to decoy ports. */
  controls?: readonly DecoySent[];
  /** Vantage points that are not this process itself. */
  vantages?: readonly VantageFact[];
  responders?: readonly ResponderFact[] | undefined;
}

/** What the run record says of a run before its first result. */
export function factsOf(
  { plan, stage, file, elsewhere, report }: Prepared,
  { version, startedAt }: Pick<Circumstances, "version" | "startedAt">,
): RunFacts {
  return {
    format: 1,
    tool: { name: "portmatrix", version },
    startedAt: startedAt.toISOString(),
    catalog: plan.catalog,
    stage,
    topology: file,
    ...(report === undefined ? {} : { report }),
    ...(elsewhere.length === 0 ? {} : { notes: elsewhere.map(noteElsewhere) }),
    sections: plan.sections.map((section) => ({ ...section })),
  };
}

/**
 * Judges what was seen, by probe id, and writes it down as the run record. With `flows` the record holds,
 * and counts, only these.
 */
export function recordOf(
  prepared: Prepared,
  observed: ReadonlyMap<string, Observed>,
  circumstances: Circumstances,
  flows?: readonly Flow[],
): Run {
  const { plan, stage, senders, file } = prepared;
  const { durationMs, interrupted, controls = [], vantages = [], responders } = circumstances;
  const decoys = decoysOf(controls);
  const judgements = judge({ plan, observed, stage, senders, interrupted, decoys }, flows);
  const context = {
    topology: file,
    sameTargetOf: sameTargetIn(judgements, plan),
    otherAddressesOf: otherAddressesIn(judgements),
  };
  const results = judgements.map((judgement) => phrase(judgement, context));
  const facts = factsOf(prepared, circumstances);
  const unstarted = (responders ?? []).flatMap((fact) => noteNoResponder(fact) ?? []);
  const notes = [...(facts.notes ?? []), ...unstarted, ...vantages.flatMap((fact) => noteBlindness(fact) ?? [])];
  return {
    ...facts,
    ...(notes.length === 0 ? {} : { notes }),
    ...(vantages.length === 0 ? {} : { vantages: vantages.map((fact) => ({ ...fact })) }),
    ...(responders === undefined ? {} : { responders: responders.map((fact) => ({ ...fact })) }),
    durationMs: Math.round(durationMs * 10) / 10,
    ...(interrupted ? { interrupted } : {}),
    summary: summarise(results),
    ...(controls.length === 0 ? {} : { controls: [...controls] }),
    results,
  };
}
