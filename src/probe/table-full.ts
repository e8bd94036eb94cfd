import { unsent } from "../model/unsent.ts";
import type { Seen } from "./flight/prober.ts";
import { type TableReading, type TableWatch, tableWatch } from "./kernel/connection-table.ts";

/** The table in words: how full it is, and what the kernel does then. */
export function whyTableFull({ count, max }: TableReading): string {
  return `The connection tracking table of this machine was full (nf_conntrack: ${count} of ${max} entries), so the kernel dropped new connections here`;
}

/**
 * Carries out a probe that begins now. Where the connection tracking table of this machine was full meanwhile, silence and
 * a refusal to send (EPERM) are this machine's failure: the kernel drops the first packet of each new connection then,
 * for UDP and ICMP with EPERM, for TCP silently. What got an answer stays what it is. `read` is done to what was
 * seen in the same step, because a promise for each of them takes time where probes are many.
 */
export function unlessTableFull(seeing: Promise<Seen>, read: (seen: Seen) => Seen = (seen) => seen): Promise<Seen> {
  const watch = tableWatch();
  const startedAtMs = performance.now();
  watch.begin();
  return seeing.then(
    (seen) => {
      watch.end();
      const { kind } = seen.outcome;
      if (kind === "silent") return read(blame(seen, watch, startedAtMs));
      if (kind !== "unsent" || !isRefusedHere(seen)) return read(seen);
      return watch.lookAgain().then(() => read(blame(seen, watch, startedAtMs)));
    },
    (error: unknown) => {
      watch.end();
      throw error;
    },
  );
}

function blame(seen: Seen, watch: TableWatch, sinceMs: number): Seen {
  const full = watch.fullSince(sinceMs);
  return full === undefined ? seen : unsent("connection-table-full", whyTableFull(full), seen.evidence);
}

/** The kernel refused to send: a rule, or the table. The ping program has only words, which say the same. */
const isRefusedHere = ({ outcome, evidence: { errno, method } }: Seen): boolean =>
  outcome.kind === "unsent" && outcome.cause === "local-firewall" && (errno === "EPERM" || method === "ping");
