import type { Answer } from "../model/outcome.ts";
import type { Observed } from "../model/run/observed.ts";
import { placeAt, type ProbeOf } from "./sender.ts";

/** A SYN is repeated after a second (RFC 6298 §2); an answer to a connection that took as long is one to the second. */
const secondSynMs = 1_000;

/** Silence of a target that answered the same sender something else, though not the first packet of that. */
export interface LossSuspicion {
  from: string;
  target: string;
  /** Ids of the probes that were silent, in the order in which they ended. */
  silentProbes: readonly string[];
}

/** What a run has seen of lost packets so far. */
export interface Losses {
  /** Call once for each probe that is done. */
  note: (id: string, seen: Observed) => void;
  suspicions: () => LossSuspicion[];
}

/**
 * Keeps account of who answered only a repeated packet, and who is silent. Where the one came about, packets are lost,
 * and the silence of another port of that target may be no more than that.
 */
export function watchLosses(probeOf: ProbeOf): Losses {
  const lossy = new Set<string>();
  const silent: { id: string; from: string; target: string }[] = [];
  return {
    note(id, seen) {
      const { answers } = seen.observation;
      const isSilent = answers.some(({ outcome }) => outcome.kind === "silent");
      const needed = answers.some((answer) => isAnswer(answer) && neededTwo(answer));
      const neededAgain = seen.earlier.some((one) => one.answers.some(({ outcome }) => outcome.kind === "silent"));
      if (!isSilent && !needed && !neededAgain) return;
      const probe = probeOf(id);
      if (probe === undefined) return;
      const { from, target } = probe;
      if (isSilent) silent.push({ id, from, target });
      else if (needed || answers.some(isAnswer)) lossy.add(placeAt(from, target));
    },
    suspicions() {
      const found = new Map<string, LossSuspicion & { silentProbes: string[] }>();
      for (const { id, from, target } of silent) {
        const place = placeAt(from, target);
        if (!lossy.has(place)) continue;
        const known = found.get(place);
        if (known === undefined) found.set(place, { from, target, silentProbes: [id] });
        else known.silentProbes.push(id);
      }
      return [...found.values()];
    },
  };
}

/** A router takes seconds to find out that a host is off, so what it says late tells of no loss. */
const isAnswer = ({ outcome: { kind } }: Answer): boolean => kind === "open" || kind === "refused";

/** The first packet got no answer, the second did. */
const neededTwo = ({ outcome, evidence }: Answer): boolean =>
  evidence.tries === 2 || ("rttMs" in outcome && outcome.rttMs >= secondSynMs);
