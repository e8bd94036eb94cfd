import type { Run } from "../../model/run.ts";
import { renderWatchEnd } from "../../report/watch/lines.ts";
import { appearance } from "../appearance.ts";
import { limitsHere } from "../check/limits.ts";
import type { Planned } from "../plan.ts";
import { prepare, type RunOptions } from "../check/prepare.ts";
import type { RunStream } from "../check/stream.ts";
import type { Surroundings } from "../surroundings.ts";
import { watch } from "./watch.ts";
import type { WatchAims } from "../check/watch-options.ts";
import { openWatchView } from "./view.ts";

/** What a watch takes from the options of `check`. */
interface WatchRunOptions extends RunOptions {
  aims: WatchAims;
  /** Hears of the run when it is over: before that nothing is final. */
  stream: RunStream | undefined;
}

/** Watches a plan and gives its last state as a run, and the words that follow the report. */
export async function watchRun(
  planned: Planned,
  file: string,
  options: WatchRunOptions,
  surroundings: Surroundings,
): Promise<{ run: Run; ending: string }> {
  const { quiet, color, strict, concurrency, rate, aims, stream } = options;
  const prepared = await prepare(planned, file, options);
  const limits = {
    ...limitsHere(concurrency, prepared.descriptorsHeld),
    ...(rate === undefined ? {} : { ratePerSecond: rate }),
  };
  const view = openWatchView({ quiet, color, bell: aims.bell }, surroundings);
  const { run, track, nowMs } = await watch(
    { prepared, aims, strict, limits, view, say: quiet ? undefined : surroundings.err },
    surroundings,
  );
  await stream?.begin(prepared, { version: surroundings.version, startedAt: new Date(run.startedAt) });
  return { run, ending: quiet ? "" : renderWatchEnd(track, nowMs, appearance(surroundings, color)) };
}
