import { plainTexts } from "../../model/text/printable.ts";
import type { Run } from "../../model/run/run.ts";
import { sectionName } from "../../model/section.ts";
import type { Track, StateChange } from "../../model/run/track.ts";
import { verdictSchema } from "../../model/verdict.ts";
import { matricesOf } from "../view/matrix.ts";
import { wrap } from "../text/layout.ts";
import type { RenderOptions } from "../text/options.ts";
import { type Dress, paint, plainSigns, sign } from "../text/palette.ts";
import { drawMatrix } from "../view/section-table.ts";
import { cut, lapse, lineOfCell, lineOfTurn, linesOfAge, redCells, sumOf, timeOfDay } from "./lines.ts";
import { counted } from "../text/wording.ts";
import { inThousands } from "../../model/thousands.ts";

/** Everything that a live picture of a watch shows. Times are milliseconds since the epoch. */
export interface WatchPicture {
  run: Run;
  /** What `drawMatrices` made of the run; drawn anew only when the run is another one. */
  matrices: readonly string[];
  track: Track;
  /** What turned lately, the latest last. */
  turns: readonly StateChange[];
  startedAtMs: number;
  /** When the round began that goes on, or was the last. */
  roundAtMs: number;
  nowMs: number;
  /** What is going on: `3 of 12 probes are out`, `next round in 4 s`. */
  activity: string;
}

const turnsShown = 5;
const agedShown = 5;

/**
 * A watch as a picture of at most `height` lines: the sum, the matrices if they fit, the cells that are not green with
 * the time since when, those that this round did not ask with their age, and what turned lately. What does not fit is counted.
 */
export function drawWatch(picture: WatchPicture, { height, ...options }: RenderOptions & { height: number }): string[] {
  const { track, nowMs, turns, matrices } = picture;
  const { colour, unicode = true, width } = options;
  const dress: Dress = { colour, unicode };
  const head = drawHead(picture, width, dress);
  const late = turns.slice(-turnsShown).map((turn) => lineOfTurn(turn, options));
  const recent = late.length === 0 ? [] : ["", paint("bold", "Turned lately", dress), ...late];
  const red = redCells(track).map((cell) => lineOfCell(cell, nowMs, options));
  const aged = linesOfAge(picture, agedShown, options);
  const old = aged.length === 0 ? [] : ["", paint("bold", aged[0] ?? "", dress), ...aged.slice(1)];
  const room = height - head.length;
  if (matrices.length + red.length + 1 + old.length + recent.length <= room) {
    return [...head, ...matrices, ...(red.length === 0 ? [] : ["", ...red]), ...old, ...recent];
  }
  // Where there is little room, the first line of the aged ones says how old the oldest is.
  const short = old.slice(0, room - recent.length > 2 * old.length + red.length ? old.length : 2);
  const list = fit(red, Math.max(room - recent.length - short.length - 1, 1));
  return [...head, ...(list.length === 0 ? [] : ["", ...list]), ...short, ...recent].slice(0, height);
}

function drawHead({ run, track, startedAtMs, nowMs, activity }: WatchPicture, width: number, dress: Dress): string[] {
  const dot = dress.unicode ? " · " : " | ";
  const { allGreenSinceMs } = track;
  const topology = run.topology === undefined ? [] : [plainTexts(run.topology)];
  const counts = verdictSchema.options
    .filter((verdict) => run.summary[verdict] > 0)
    .map((verdict) => paint(verdict, `${sign(verdict, dress)} ${inThousands(run.summary[verdict])} ${verdict}`, dress));
  const green =
    allGreenSinceMs === undefined
      ? sumOf(track)
      : `all green since ${timeOfDay(allGreenSinceMs)}, for ${lapse(nowMs - allGreenSinceMs)}`;
  const title = ["portmatrix watch", ...topology, `${timeOfDay(nowMs)} UTC`, `for ${lapse(nowMs - startedAtMs)}`];
  return [
    paint("bold", cut(plainSigns(title.join(dot), dress), width), dress),
    counts.join("  "), // six short counts fit into the narrowest terminal
    cut(`${green}${dot}${activity}`, width),
    ...(run.notes ?? []).flatMap((note) =>
      wrap(plainSigns(plainTexts(note), dress), width).map((line) => paint("warn", line, dress)),
    ),
  ];
}

/** The matrices of all sections, one below the other, each under its number and behind an empty line. */
export function drawMatrices(run: Run, { width, colour, unicode = true }: RenderOptions): string[] {
  const dress: Dress = { colour, unicode };
  return matricesOf(plainTexts(run)).flatMap(({ id, title, ...matrix }) => [
    "",
    paint("bold", cut(sectionName({ id, title }, "  "), width), dress),
    ...drawMatrix(matrix, width, dress),
  ]);
}

/** As many lines as there is room for; the last one counts the rest. */
function fit(lines: readonly string[], room: number): string[] {
  if (lines.length <= room) return [...lines];
  const shown = lines.slice(0, room - 1);
  return [...shown, `  and ${counted(lines.length - shown.length, "more cell")} that are not green`];
}
