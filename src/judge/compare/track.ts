import type { Result } from "../../model/run.ts";
import type { Light, Track, Tracked, Turn } from "../../model/track.ts";
import type { Verdict } from "../../model/verdict.ts";

/** The light of a verdict. `strict` wants `pass` alone to be green. */
export function lightOf(verdict: Verdict, strict: boolean): Light {
  if (verdict === "skipped") return "dark";
  return verdict === "pass" || (verdict === "warn" && !strict) ? "green" : "red";
}

/**
 * One look at the flows of a watch: what was known and what is seen now give what is known now, and what turned since.
 * A flow that is seen for the first time, or was dark, does not turn. `nowMs` is in milliseconds since the epoch.
 */
export function track(
  known: Track | undefined,
  results: readonly Result[],
  { nowMs, strict }: { nowMs: number; strict: boolean },
): { track: Track; turns: Turn[] } {
  const cells = new Map<string, Tracked>();
  const turns: Turn[] = [];
  for (const result of results) {
    const before = known?.cells.get(result.id);
    const light = lightOf(result.verdict, strict);
    const isFirst = before === undefined || before.light === "dark" || light === "dark";
    const after: Tracked =
      before?.light === light
        ? { ...before, result }
        : { result, light, sinceMs: nowMs, ...(isFirst ? {} : { otherForMs: nowMs - before.sinceMs }) };
    cells.set(result.id, after);
    if (!isFirst && (before.light !== light || before.result.reason !== result.reason))
      turns.push({ atMs: nowMs, before, after });
  }
  const lights = new Set([...cells.values()].map(({ light }) => light));
  const isAllGreen = lights.has("green") && !lights.has("red");
  return { track: { cells, ...(isAllGreen ? { allGreenSinceMs: known?.allGreenSinceMs ?? nowMs } : {}) }, turns };
}
