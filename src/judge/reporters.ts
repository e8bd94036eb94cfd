import type { Observed } from "../model/run/observed.ts";
import type { Answer } from "../model/outcome.ts";
import { placeAt, type ProbeOf } from "./sender.ts";

/**
 * A host sends six ICMP errors to one peer at once and then one a second (docs/notes/icmp-errors.md). Where fewer probes
 * than this were told, none of the others can have been left out for that; a SYN that is repeated takes two errors.
 */
const fewestTold = 5;

/** Silence behind somebody who sent so many ICMP errors to the same sender that more may have been held back. */
export interface ReporterSuspicion {
  from: string;
  reporter: string;
  /** Probes that it told of. */
  told: number;
  /** The longest time that it took to say so, in milliseconds. */
  slowestMs: number;
  /** Ids of the probes that were silent, in the order in which they ended. */
  silentProbes: readonly string[];
}

/** What a run knows of reporters so far. */
export interface Reporters {
  /** Call once for each probe that is done. */
  note: (id: string, seen: Observed) => void;
  suspicions: () => ReporterSuspicion[];
}

/** Somebody who sent ICMP errors to one sender. */
interface Reporter {
  from: string;
  reporter: string;
  told: number;
  slowestMs: number;
}

/**
 * Keeps account of who sends ICMP errors and who is silent. Silence is held against a reporter that told of the same
 * address, or of another one of its network. An address that speaks for itself alone says nothing of its neighbours.
 */
export function watchReporters(probeOf: ProbeOf, networkOf: (address: string) => string | undefined): Reporters {
  const reporters = new Map<string, Reporter>();
  /** By sender and place, which is an address or a network: who told of it. */
  const behind = new Map<string, Set<Reporter>>();
  const silent: { id: string; from: string; address: string }[] = [];

  const noteBehind = (place: string, reporter: Reporter) => {
    const known = behind.get(place);
    if (known === undefined) behind.set(place, new Set([reporter]));
    else known.add(reporter);
  };
  const noteTold = (from: string, address: string, { outcome, evidence }: Answer) => {
    const reporter = evidence.reporter ?? evidence.unverifiedError?.reporter;
    if (reporter === undefined || reporter === evidence.localAddress) return;
    const key = placeAt(from, reporter);
    const known = reporters.get(key) ?? { from, reporter, told: 0, slowestMs: 0 };
    reporters.set(key, known);
    known.told++;
    if ("rttMs" in outcome) known.slowestMs = Math.max(known.slowestMs, outcome.rttMs);
    noteBehind(placeAt(from, address), known);
    const network = reporter === address ? undefined : networkOf(address);
    if (network !== undefined) noteBehind(placeAt(from, network), known);
  };
  const whoIsBehind = (from: string, address: string): Reporter | undefined => {
    const network = networkOf(address);
    const places = network === undefined ? [address] : [address, network];
    const all = places.flatMap((place) => [...(behind.get(placeAt(from, place)) ?? [])]);
    return all.find(({ told }) => told >= fewestTold);
  };

  return {
    note(id, { observation }) {
      for (const answer of observation.answers) {
        const { address, outcome } = answer;
        if (address === undefined || outcome.kind === "open" || outcome.kind === "unsent") continue;
        const from = probeOf(id)?.from;
        if (from === undefined) continue;
        if (outcome.kind === "silent") silent.push({ id, from, address });
        noteTold(from, address, answer);
      }
    },
    suspicions() {
      const found = new Map<Reporter, Set<string>>();
      const taken = new Set<string>();
      for (const { id, from, address } of silent) {
        const reporter = taken.has(id) ? undefined : whoIsBehind(from, address);
        if (reporter === undefined) continue;
        taken.add(id);
        found.set(reporter, (found.get(reporter) ?? new Set()).add(id));
      }
      return [...found].map(([{ from, reporter, told, slowestMs }, probes]) => ({
        from,
        reporter,
        told,
        slowestMs,
        silentProbes: [...probes],
      }));
    },
  };
}
