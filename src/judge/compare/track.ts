import type { Judgement, Result } from "../../model/run/run.ts";
import type { WatchState, Track, Tracked, StateChange } from "../../model/run/track.ts";
import type { Verdict } from "../../model/verdict.ts";
import { closedSince } from "./closed.ts";

/** The light of a verdict. `strict` wants `pass` alone to be green. */
export function lightOf(verdict: Verdict, strict: boolean): WatchState {
  if (verdict === "skipped") return "not-sent";
  return verdict === "pass" || (verdict === "warn" && !strict) ? "green" : "red";
}

/**
 * One look at the flows of a watch: what was known and what is seen now give what is known now, and what turned since.
 * A flow that is seen for the first time, or was not sent, does not turn. What was open and is closed now is red until it is
 * open again, also where a run of its own would call its absence normal. `nowMs` is in milliseconds since the epoch.
 */
export function track(
  known: Track | undefined,
  results: readonly Result[],
  { nowMs, strict, askedAtMs }: { nowMs: number; strict: boolean; askedAtMs?: (flow: string) => number | undefined },
): { track: Track; turns: StateChange[] } {
  const cells = new Map<string, Tracked>();
  const turns: StateChange[] = [];
  for (const result of results) {
    const before = known?.cells.get(result.id);
    const { opened, closed } = openingOf(before, result);
    const light = closed === undefined ? lightOf(result.verdict, strict) : "red";
    const isFirst = before === undefined || before.light === "not-sent" || light === "not-sent";
    const asked = askedAtMs?.(result.id);
    const after: Tracked = {
      result,
      light,
      ...timesOf(before, light, nowMs, isFirst),
      ...(asked === undefined ? {} : { askedAtMs: asked }),
      ...(opened === undefined ? {} : { opened }),
      ...(closed === undefined ? {} : { closed }),
    };
    cells.set(result.id, after);
    if (!isFirst && (before.light !== light || before.result.reason !== result.reason))
      turns.push({ atMs: nowMs, before, after });
  }
  const lights = new Set([...cells.values()].map(({ light }) => light));
  const isAllGreen = lights.has("green") && !lights.has("red");
  return { track: { cells, ...(isAllGreen ? { allGreenSinceMs: known?.allGreenSinceMs ?? nowMs } : {}) }, turns };
}

/** The latest opening that is known of a flow, and whether it has closed since. */
function openingOf(before: Tracked | undefined, result: Result): { opened?: Result; closed?: Judgement } {
  const opened = before?.opened;
  const closed = opened === undefined ? undefined : closedSince(opened, result);
  if (opened !== undefined && closed !== undefined) return { opened, closed };
  const isOpen = [result.outcome, ...(result.evidence.addresses ?? []).map((one) => one.outcome.kind)].includes("open");
  return isOpen ? { opened: result } : opened === undefined ? {} : { opened };
}

function timesOf(
  before: Tracked | undefined,
  light: WatchState,
  nowMs: number,
  isFirst: boolean,
): Pick<Tracked, "sinceMs" | "otherForMs"> {
  if (before?.light === light) {
    const { sinceMs, otherForMs } = before;
    return { sinceMs, ...(otherForMs === undefined ? {} : { otherForMs }) };
  }
  return { sinceMs: nowMs, ...(isFirst || before === undefined ? {} : { otherForMs: nowMs - before.sinceMs }) };
}
