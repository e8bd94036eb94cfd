import { whyIncomparable } from "../judge/compare/comparable.ts";
import { compare, exitCodeOfComparison, type FailOn } from "../judge/compare/compare.ts";
import { loadRun } from "../load/run.ts";
import type { Comparison } from "../model/run/comparison.ts";
import { escapeUnseen } from "../model/text/printable.ts";
import { InputError } from "../model/text/problem.ts";
import { phraseCaveat } from "../report/diff/phrase.ts";
import { diffFormats, diffRenderers } from "../report/diff/renderers.ts";
import { appearance, inFile } from "./output/appearance.ts";
import { type Destination, parseDestinations } from "./output/formats.ts";
import { conclude, deliver, type Undelivered } from "./output/output.ts";
import type { ExitCode, Surroundings } from "./surroundings.ts";

/** Options of `diff`. */
export interface DiffOptions {
  format: readonly string[];
  failOn: FailOn;
  color: boolean;
}

/** Where a comparison shall go. */
export type DiffDestination = Destination<(typeof diffFormats)[number]>;

/** Compares two saved runs. Exit code 0 without a regression, 1 with one, 3 if that could not be told; sends nothing. */
export async function diffCommand(
  oldFile: string,
  newFile: string,
  options: DiffOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const destinations = await parseDiffDestinations(options.format, "--format");
  const [before, after] = [await loadRun(oldFile), await loadRun(newFile)];
  const reason = whyIncomparable(before, after);
  if (reason !== undefined) throw new InputError([{ file: `${oldFile} ${newFile}`, message: reason }]);
  const comparison = compare(before, after);
  const undelivered = await showComparison(comparison, destinations, options.color, surroundings);
  return conclude(exitCodeOfComparison(comparison.summary, options.failOn), undelivered, surroundings);
}

/** Reads formats of a comparison; without one it is a table. */
export async function parseDiffDestinations(texts: readonly string[], option: string): Promise<DiffDestination[]> {
  try {
    return await parseDestinations(texts.length > 0 ? texts : ["table"], diffFormats);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(error.problems.map((problem) => ({ ...problem, file: option })));
  }
}

/** Renders a comparison to its places. Caveats that no table shows on stdout go to stderr, so that somebody reads them. Gives what was not delivered. */
export async function showComparison(
  comparison: Comparison,
  destinations: readonly DiffDestination[],
  wantsColour: boolean,
  surroundings: Surroundings,
): Promise<Undelivered[]> {
  const onStdout = appearance(surroundings, wantsColour);
  const undelivered = await deliver(
    destinations,
    async (format, toStdout) => (await diffRenderers[format]())(comparison, toStdout ? onStdout : inFile),
    surroundings.out,
  );
  if (destinations.some(({ format, file }) => format === "table" && file === undefined)) return undelivered;
  for (const caveat of comparison.caveats)
    surroundings.err(`warning: ${escapeUnseen(phraseCaveat(caveat))}
`);
  return undelivered;
}
