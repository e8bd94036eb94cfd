import type { Result, Run } from "../../model/run/run.ts";
import { countVerdicts, type Counts } from "../../model/severity.ts";
import { verdictSchema } from "../../model/verdict.ts";
import { detailsOf } from "../view/details.ts";
import { notCheckedOf } from "../view/not-checked.ts";
import { isNoteworthy } from "../view/noteworthy.ts";
import { counted, listed } from "../text/wording.ts";

/** Service states of Nagios and Checkmk: OK, WARNING, CRITICAL, UNKNOWN. */
export type ServiceState = 0 | 1 | 2 | 3;

/** Some flows as one service of a monitoring system. */
export interface ServiceView {
  state: ServiceState;
  /** `10 pass, 2 fail, 1 skipped`. */
  tally: string;
  /** The worst thing, in words; absent if the state is OK. */
  headline?: string;
  /** The notes on the run, then one line for each thing that is not green, worst first. */
  details: readonly string[];
  counts: Readonly<Counts>;
}

const detailsAtMost = 50;

/** Makes one service of some flows. If nothing of it was probed it is UNKNOWN, because nothing was decided. */
export function viewService(
  results: readonly Result[],
  { topology, notes = [] }: Pick<Run, "topology" | "notes">,
): ServiceView {
  const counts = countVerdicts(results);
  const seen = verdictSchema.options.filter((verdict) => counts[verdict] > 0);
  const tally = seen.map((verdict) => `${counts[verdict]} ${verdict}`).join(", ");
  const [worst] = detailsOf(results.filter(isNoteworthy));
  const lines = detailsOf(results).map(({ verdict, text }) => `${verdict}: ${text}`);
  const shown = lines.length > detailsAtMost ? lines.slice(0, detailsAtMost - 1) : lines;
  const more = lines.length - shown.length;
  return {
    state: stateOf(counts, results),
    tally: results.length === 0 ? "no flow is required, so nothing was checked" : tally,
    ...(worst === undefined ? {} : { headline: worst.text }),
    details: [
      ...notes.map((note) => `note: ${note}`),
      ...shown,
      ...(more === 0 ? [] : [`and ${counted(more, "more line")}; the run record has all of them`]),
      ...notCheckedLines(results, topology),
    ],
    counts,
  };
}

/**
 * The same order as that of the exit codes (docs/ci.md). A caveat to read makes an OK a WARNING; what was interrupted
 * or not probed at all decided nothing.
 */
function stateOf({ fail, unknown, error, pass, warn }: Counts, results: readonly Result[]): ServiceState {
  if (fail > 0) return 2;
  const wasInterrupted = results.some(({ reason }) => reason === "interrupted");
  if (unknown + error > 0 || pass + warn === 0 || wasInterrupted) return 3;
  return results.some(isNoteworthy) ? 1 : 0;
}

function notCheckedLines(results: readonly Result[], topology: string | undefined): string[] {
  const { nodes, interrupted } = notCheckedOf({
    results: [...results],
    ...(topology === undefined ? {} : { topology }),
  });
  const flows = nodes.reduce((sum, one) => sum + one.flows, 0);
  return [
    ...(flows === 0
      ? []
      : [`skipped: ${counted(flows, "flow")} not checked; to be sent from ${listed(nodes.map(({ node }) => node))}`]),
    ...(interrupted === 0 ? [] : [`skipped: ${counted(interrupted, "flow")} left out because the run was interrupted`]),
  ];
}
