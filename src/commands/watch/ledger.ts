import { track } from "../../judge/compare/track.ts";
import type { Run } from "../../model/run/run.ts";
import type { Track, StateChange } from "../../model/run/track.ts";
import { groupBy } from "../../report/text/group-by.ts";
import type { Standing } from "../../schedule/repeat.ts";
import type { Observed } from "../../model/run/observed.ts";
import type { ScheduledProbe } from "../../schedule/schedule.ts";
import type { Prepared } from "../check/prepare.ts";
import { recordOf } from "../check/record.ts";

/** What a watch has seen so far: the latest observation of every probe, and what became of every flow. */
export interface Ledger {
  /** Probes are about to be sent. */
  sending: (probes: readonly ScheduledProbe[]) => void;
  /** A probe is back. */
  note: (probe: string, observed: Observed) => void;
  /** Judges everything that is known now. */
  look: (interrupted: boolean) => Look;
  /** How a probe stands, by the last look. */
  standingOf: (probe: ScheduledProbe) => Standing;
}

/** How things stand, and what turned since the last look. */
export interface Look {
  run: Run;
  track: Track;
  turns: StateChange[];
  nowMs: number;
}

/** The run with the time of each result: in a watch they were asked at many. */
export function withTimes(run: Run, { cells }: Track): Run {
  const results = run.results.map((result) => {
    const askedAtMs = cells.get(result.id)?.askedAtMs;
    return askedAtMs === undefined ? result : { ...result, takenAt: new Date(askedAtMs).toISOString() };
  });
  return { ...run, results };
}

/** Opens an empty ledger. `now` gives milliseconds since the epoch, on a clock that is never set back. */
export function openLedger(
  prepared: Prepared,
  { version, strict, now }: { version: string; strict: boolean; now: () => number },
): Ledger {
  const startedAtMs = now();
  const seen = new Map<string, Observed>();
  const sentAtMs = new Map<string, number>();
  const flows = groupBy(prepared.plan.flows, ({ probe }) => probe);
  const probeOf = new Map(prepared.plan.flows.map(({ id, probe }) => [id, probe]));
  const askedAtMs = (flow: string): number | undefined => sentAtMs.get(probeOf.get(flow) ?? "");
  const turnOf = new Map(prepared.tasks.map(({ id }, at) => [id, (at + 1) / prepared.tasks.length]));
  let known: Track | undefined;
  return {
    sending: (probes) => {
      const nowMs = now();
      for (const { id } of probes) sentAtMs.set(id, nowMs);
    },
    note: (probe, observed) => void seen.set(probe, observed),
    look: (interrupted) => {
      const nowMs = now();
      const times = { startedAt: new Date(startedAtMs), durationMs: nowMs - startedAtMs };
      const run = recordOf(prepared, seen, { version, interrupted, ...times });
      const step = track(known, run.results, { nowMs, strict, askedAtMs });
      known = step.track;
      return { run, nowMs, ...step };
    },
    standingOf: ({ id, mayConfirm, task }) => {
      const cells = (flows.get(id) ?? []).flatMap((flow) => known?.cells.get(flow.id) ?? []);
      const isSnmp = task.probe.kind === "snmp";
      // An SNMP user that was rejected must not be tried again and again: some agents lock it out
      // (docs/notes/probe-safety.md).
      const isRejected = isSnmp && cells.some(({ result }) => result.verdict === "warn");
      return {
        sentAtMs: sentAtMs.get(id),
        isGreen: cells.length > 0 && cells.every(({ light }) => light === "green"),
        isCareful: !mayConfirm || isRejected,
        isDatagram: isSnmp || task.probe.kind === "udp",
        turn: turnOf.get(id) ?? 1,
      };
    },
  };
}
