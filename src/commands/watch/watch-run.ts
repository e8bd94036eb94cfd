import { renderWatchEnd } from "../../report/watch/lines.ts";
import { appearance } from "../output/appearance.ts";
import { limitsHere } from "../check/limits.ts";
import { prepare } from "../check/prepare.ts";
import { withTimes } from "./ledger.ts";
import { watch } from "./watch.ts";
import type { WatchRun } from "../check/watch-options.ts";
import { openWatchView } from "./view.ts";

/** Watches a plan and gives its last state as a run, and the words that follow the report. */
export const watchRun: WatchRun = async (planned, file, options, surroundings) => {
  const { quiet, color, strict, complete, concurrency, rate, aims, stream } = options;
  const prepared = await prepare(planned, file, options);
  const limits = {
    ...limitsHere(concurrency, prepared.descriptorsHeld),
    ...(rate === undefined ? {} : { ratePerSecond: rate }),
  };
  const view = openWatchView({ quiet, color, bell: aims.bell }, surroundings);
  const look = await watch(
    { prepared, aims, strict, complete, limits, view, say: quiet ? undefined : surroundings.err },
    surroundings,
  );
  const run = withTimes(look.run, look.track);
  await stream?.begin(prepared, { version: surroundings.version, startedAt: new Date(run.startedAt) });
  return { run, ending: quiet ? "" : renderWatchEnd(look, appearance(surroundings, color)) };
};
