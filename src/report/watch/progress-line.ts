import type { Counts } from "../../model/severity.ts";
import type { Verdict } from "../../model/verdict.ts";
import { columnsOf } from "../text/layout.ts";
import { sign } from "../text/palette.ts";
import { duration } from "../text/wording.ts";
import { inThousands } from "../../model/thousands.ts";

/** How far a run is. */
export interface Reached {
  done: number;
  total: number;
  perSecond: number;
  counts: Readonly<Counts>;
  opening?: Opening | undefined;
}

/** How far the opening of vantage points is; of no interest once none is about to be opened. */
export interface Opening {
  open: number;
  opening: number;
  refused: number;
}

const barColumns = 20;

/**
 * `████░░░░  1,234 of 10,000 probes  320/s  ✓ 1,200  ✗ 30  ? 4  about 27 s left`: one line of at most `width` columns;
 * what is least needed goes first where it is narrow.
 */
export function drawProgress(
  { done, total, perSecond, counts, opening }: Reached,
  width: number,
  unicode: boolean,
): string {
  const filled = total === 0 ? barColumns : Math.round((done / total) * barColumns);
  const [full, empty] = unicode ? ["█", "░"] : ["#", "."];
  const bar = `${full.repeat(filled)}${empty.repeat(barColumns - filled)}`;
  const verdicts = (Object.keys(counts) as Verdict[])
    .filter((verdict) => counts[verdict] > 0)
    .map((verdict) => `${sign(verdict, { unicode })} ${inThousands(counts[verdict])}`);
  const left = done >= total || perSecond <= 0 ? "" : `about ${rounded(((total - done) / perSecond) * 1000)} left`;
  const reached = `${inThousands(done)} of ${inThousands(total)} probes`;
  const rate = `${perSecond < 10 ? perSecond.toFixed(1) : inThousands(Math.round(perSecond))}/s`;
  const choices = [
    [bar, reached, rate, opened(opening), ...verdicts, left],
    [bar, reached, rate, ...verdicts, left],
    [reached, rate, ...verdicts, left],
    [reached, ...verdicts, left],
    [reached, ...verdicts],
    [reached],
  ].map((parts) => parts.filter((part) => part !== "").join("  "));
  return choices.find((line) => columnsOf(line) <= width) ?? "";
}

/** `12 of 300 vantage points open, 3 not`, while others are being opened. */
function opened(opening: Opening | undefined): string {
  if (opening === undefined || opening.opening === 0) return "";
  const { open, refused } = opening;
  const all = open + refused + opening.opening;
  return `${open} of ${all} vantage points open${refused === 0 ? "" : `, ${refused} not`}`;
}

/** An estimate needs no tenths: whole seconds. */
const rounded = (ms: number): string => duration(Math.max(Math.ceil(ms / 1000), 1) * 1000);
