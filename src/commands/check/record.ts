import { decoysOf } from "../../judge/decoy.ts";
import { judge } from "../../judge/judge.ts";
import { summarise } from "../../judge/rollup.ts";
import type { Flow } from "../../model/flow.ts";
import { sortById } from "../../model/order.ts";
import { flowsByNode } from "../merge/unexamined.ts";
import { noteResponder } from "../../report/text/note-responder.ts";
import type { DecoySent, Judgement, ResponderFact, Result, Run, VantageFact } from "../../model/run/run.ts";
import type { RunFacts } from "../../report/run/ndjson.ts";
import { noteLeft, noteTaken, noteUnexamined } from "../../report/text/note-taken.ts";
import { noteBlindness } from "../../report/text/note-blindness.ts";
import { noteElsewhere } from "../../report/text/note-elsewhere.ts";
import { phrase } from "../../report/reasons/phrase.ts";
import { otherAddressesIn } from "../../report/reasons/other-addresses.ts";
import { sameTargetIn } from "../../report/reasons/same-target.ts";
import type { Observed } from "../../model/run/observed.ts";
import type { Decided } from "./early.ts";
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

const nothing: Decided = new Map();

/** What was decided early among the rest, in the order of the flows, which both have. */
function inOrder(flows: readonly Flow[], rest: readonly Judgement[], decided: Decided): (Judgement | Result)[] {
  let at = 0;
  return sortById(flows.flatMap(({ id }) => decided.get(id) ?? rest[at++] ?? []));
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

/** Of which flows a record is made, and what of them is decided already; default all of the plan, and nothing. */
export interface Share {
  flows?: readonly Flow[] | undefined;
  decided?: Decided | undefined;
}

/**
 * Judges what was seen, by probe id, and writes it down as the run record. With `flows` the record holds,
 * and counts, only these. What is decided already is not judged again.
 */
export function recordOf(
  prepared: Prepared,
  observed: ReadonlyMap<string, Observed>,
  circumstances: Circumstances,
  { flows = prepared.plan.flows, decided = nothing }: Share = {},
): Run {
  const { plan, stage, senders, file } = prepared;
  const { durationMs, interrupted, controls = [], vantages = [], responders } = circumstances;
  const decoys = decoysOf(controls);
  const undecided = decided.size === 0 ? flows : flows.filter(({ id }) => !decided.has(id));
  const known = judge({ plan, observed, stage, senders, interrupted, decoys }, undecided);
  const judged: (Judgement | Result)[] = decided.size === 0 ? known : inOrder(flows, known, decided);
  const context = {
    topology: file,
    sameTargetOf: sameTargetIn(judged, plan),
    otherAddressesOf: otherAddressesIn(judged),
  };
  const { taken = [], observed: merged, left = [] } = prepared.merged ?? {};
  const takenAt = new Map(taken.map(({ node, at }) => [node, at]));
  const probeOf = new Map((merged === undefined ? [] : plan.flows).map(({ id, probe }) => [id, probe]));
  const results = judged.map((one, at) => {
    const phrased = "message" in one ? one : phrase(one, context);
    const when = takenAt.get(phrased.from);
    const isMerged = when !== undefined && merged?.has(probeOf.get(phrased.id) ?? "") === true;
    const result = isMerged ? { ...phrased, takenAt: when } : phrased;
    judged[at] = result; // says the same, and a judgement that nobody holds any more is memory
    return result;
  });
  const facts = factsOf(prepared, circumstances);
  const unstarted = (responders ?? []).flatMap((fact) => noteResponder(fact));
  const notes = [
    ...(facts.notes ?? []),
    ...unstarted,
    ...noteTaken(taken),
    ...noteLeft(left),
    ...(prepared.merged === undefined
      ? []
      : noteUnexamined(flowsByNode(plan.flows.filter(({ from }) => !senders.has(from))), file)),
    ...vantages.flatMap((fact) => noteBlindness(fact) ?? []),
  ];
  return {
    ...facts,
    ...(notes.length === 0 ? {} : { notes }),
    ...(vantages.length === 0 ? {} : { vantages: vantages.map((fact) => ({ ...fact })) }),
    ...(taken.length === 0 ? {} : { taken: taken.map((fact) => ({ ...fact })) }),
    ...(responders === undefined ? {} : { responders: responders.map((fact) => ({ ...fact })) }),
    durationMs: Math.round(durationMs * 10) / 10,
    ...(interrupted ? { interrupted } : {}),
    summary: summarise(results),
    ...(controls.length === 0 ? {} : { controls: [...controls] }),
    results,
  };
}
