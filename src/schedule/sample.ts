import type { BySample } from "../model/run/run.ts";
import { networkOf, writeNetwork } from "./network-of.ts";

/** So many of the same answer are a pattern; of fewer each is confirmed. */
const fewestAlike = 64;
/** The first of them are confirmed in any case, and then one of so many. */
const sampledFirst = 8;
const sampledOneOf = 32;

/** The same answer to the same question from targets of one network, as one vantage point got it. */
interface Pattern<One> {
  readonly network: string;
  readonly kind: string;
  /** Targets that gave it at first. */
  alike: number;
  /** Those of them that gave it again. */
  confirmed: number;
  /** Confirmations that are not back yet. */
  pending: number;
  /** A confirmation saw something else: none stands for another any more. */
  isBroken: boolean;
  /** Those whose turn to be confirmed has come, while the sample is not complete. */
  waiting: One[];
}

/** A probe whose first answer is like others; what it belongs to is kept with it. */
export interface Alike {
  pattern?: Pattern<Alike>;
}

/** What is asked, from where, of whom, and the kind of its answer; answers of one kind are the same. */
export interface FirstAnswer {
  vantage: string;
  target: string;
  /** Probes that send the same share this object. */
  question: object;
  kind: string | undefined;
}

/** Decides which of many answers that are alike are confirmed, and which stand on those. */
export interface Sampling<One> {
  /** Takes a first answer. False if its probe is confirmed whatever the others see; else call `decide` when that is due. */
  mayStand(one: One, answer: FirstAnswer): boolean;
  /** Its turn to be confirmed has come: `again` or `stand` is called with it, now or when the sample is complete. */
  decide(one: One): void;
  /** A confirmation is back; `kind` is that of its answer. */
  confirmed(one: One, kind: string | undefined): void;
}

/** What happens to a probe: it is asked again, or its first answer stands. */
export interface Decisions<One> {
  again: (one: One) => void;
  stand: (one: One, bySample: BySample) => void;
}

/**
 * Opens the sampling of one run. Where 64 or more targets of one network gave the same answer to the same question, one
 * in 32 of them and the first eight are asked again. If all of these give it again, the others are not asked; if only one
 * does not, all are. Names and loopback belong to no network, so each of them is confirmed.
 */
export function openSampling<One extends Alike>({ again, stand }: Decisions<One>): Sampling<One> {
  const patterns = new Map<string, Pattern<Alike>>();
  const questions = new Map<object, number>();

  const patternOf = ({ vantage, target, question, kind }: FirstAnswer): Pattern<Alike> | undefined => {
    const network = kind === undefined ? undefined : networkOf(target);
    if (kind === undefined || network === undefined) return undefined;
    const number = questions.get(question) ?? questions.size;
    questions.set(question, number);
    const key = `${number} ${network} ${kind} ${vantage}`; // only the last two may have blanks, and kinds are few
    const known = patterns.get(key);
    if (known !== undefined) return known;
    const pattern = { network, kind, alike: 0, confirmed: 0, pending: 0, isBroken: false, waiting: [] };
    patterns.set(key, pattern);
    return pattern;
  };

  /** All that wait are decided as soon as that can be done. */
  const release = (pattern: Pattern<Alike>) => {
    if (pattern.waiting.length === 0 || (!pattern.isBroken && pattern.pending > 0)) return;
    const { waiting, isBroken } = pattern;
    pattern.waiting = [];
    if (isBroken) pattern.pending += waiting.length;
    for (const one of waiting as One[]) {
      if (isBroken) again(one);
      else stand(one, bySample(pattern));
    }
  };

  return {
    mayStand(one, answer) {
      const pattern = patternOf(answer);
      if (pattern === undefined) return false;
      one.pattern = pattern;
      const place = pattern.alike++;
      const isSampled = pattern.isBroken || place < sampledFirst || place % sampledOneOf === 0;
      if (isSampled) pattern.pending++;
      return !isSampled;
    },
    decide(one) {
      const { pattern } = one;
      if (pattern === undefined) return again(one);
      if (pattern.alike >= fewestAlike) {
        pattern.waiting.push(one);
        return release(pattern);
      }
      pattern.pending++;
      return again(one);
    },
    confirmed(one, kind) {
      const { pattern } = one;
      if (pattern === undefined) return;
      pattern.pending--;
      if (kind === pattern.kind) pattern.confirmed++;
      else pattern.isBroken = true;
      release(pattern);
    },
  };
}

const bySample = ({ network, alike, confirmed }: Pattern<Alike>): BySample => ({
  network: writeNetwork(network),
  alike,
  confirmed,
});
