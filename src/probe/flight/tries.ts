import type { Evidence } from "../../model/outcome.ts";

/** Evidence that there were two tries; empty if there was one. */
export type Tries = Pick<Evidence, "tries">;

const once: Tries = {};
const twice: Tries = { tries: 2 };

/**
 * A second try is one only about a second after the first (spaced confirmation), which may have left a moment after the
 * probe began.
 */
const betweenTriesMs = 900;
/** A second try that would have less time than this before the deadline begins earlier. */
const leastForTryMs = 500;
/** Then it begins after this part of the time: as much as answers of one try may take is left for the other. */
const earlyPart = 0.4;
/** A try that left later than this before the deadline cannot be called unanswered. */
const leastForAnswerMs = 400;

/** When a second try leaves that would rather leave after `delayMs`, so that both have time for an answer. */
export const secondTryAtMs = (delayMs: number, timeoutMs: number): number =>
  timeoutMs - delayMs >= leastForTryMs ? delayMs : timeoutMs * earlyPart;

/** What the answer to a question that leaves at `atMs` shows; `sentAtMs` are the questions so far, in order. */
export const triesOf = (sentAtMs: readonly number[], atMs: number): Tries =>
  isSecondTry(sentAtMs, atMs) ? twice : once;

/** What silence until `waitedMs` shows. A second try counts only if it had some time left for its answer. */
export const triesInVain = (sentAtMs: readonly number[], waitedMs: number): Tries =>
  sentAtMs.some((atMs) => isSecondTry(sentAtMs, atMs) && waitedMs - atMs >= leastForAnswerMs) ? twice : once;

const isSecondTry = (sentAtMs: readonly number[], atMs: number): boolean =>
  atMs - (sentAtMs[0] ?? atMs) >= betweenTriesMs;
