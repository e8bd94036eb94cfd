import { startSettling, type Settling } from "../../judge/settle.ts";
import type { Judgement, Result } from "../../model/run/run.ts";
import type { Observed } from "../../model/run/observed.ts";
import { phrase } from "../../report/reasons/phrase.ts";
import type { Prepared } from "./prepare.ts";

/** What could be decided before the run was over, by flow id: a pass with its words, anything else without them. */
export type Decided = ReadonlyMap<string, Judgement | Result>;

/** Judges while probes are under way, in the time that the process would only wait. */
export interface EarlyJudge {
  /** After each probe. */
  observed: (probe: string, seen: Observed) => void;
  /** Call when everything has been started that can be started now: from then on there is time. */
  hasTime: () => void;
  /** What was decided so far; from now on nothing is. */
  end: () => Decided;
}

/** So long one turn judges before sockets are read again. */
const turnMs = 4;

/**
 * Opens the early judgement of a run. A flow is judged as soon as nothing that is still to come can change its judgement,
 * as a stream does it (`startSettling`), but only in spare time: before the last probe has left, starting the next one
 * comes first. Words of what is no pass may name other flows, so they wait for all of them.
 */
export function openEarlyJudge(prepared: Pick<Prepared, "plan" | "stage" | "senders" | "decoys" | "file">): EarlyJudge {
  const decided = new Map<string, Judgement | Result>();
  const waiting: { probe: string; seen: Observed }[] = [];
  let settling: Settling | undefined; // its index is for nothing where there is no spare time
  let at = 0;
  let turn: ReturnType<typeof setImmediate> | undefined;

  const take = (judgement: Judgement) =>
    decided.set(
      judgement.id,
      judgement.verdict === "pass" ? phrase(judgement, { topology: prepared.file }) : judgement,
    );
  const work = () => {
    turn = undefined;
    settling ??= startSettling(prepared);
    const until = performance.now() + turnMs;
    for (let next = waiting[at]; next !== undefined; next = waiting[at]) {
      at++;
      settling.settle(next.probe, next.seen).judgements.forEach(take);
      if (performance.now() > until) break;
    }
    plan();
  };
  const plan = () => {
    if (turn === undefined && at < waiting.length) turn = setImmediate(work);
  };
  let isSpare = false;
  return {
    observed(probe, seen) {
      waiting.push({ probe, seen });
      if (isSpare) plan();
    },
    hasTime() {
      isSpare = true;
      plan();
    },
    end() {
      if (turn !== undefined) clearImmediate(turn);
      return decided;
    },
  };
}
