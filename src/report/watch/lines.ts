import { plainTexts } from "../../model/text/printable.ts";
import type { Track, Tracked, StateChange } from "../../model/run/track.ts";
import { reasonWords } from "../reasons/entries.ts";
import { nameFlow } from "../view/flow-name.ts";
import { columnsOf, wrap } from "../text/layout.ts";
import type { RenderOptions } from "../text/options.ts";
import { type Dress, paint, plainSigns, sign } from "../text/palette.ts";
import { counted, duration } from "../text/wording.ts";
import { inThousands } from "../../model/thousands.ts";

/** So many cells are told one by one where a list has no end of its own. */
const listedAtMost = 50;
/** So many of the oldest looks are named when a watch ends. */
const agedAtEnd = 10;

/** `20:00:05`: the time of day in UTC, of milliseconds since the epoch. */
export function timeOfDay(ms: number): string {
  const seconds = Math.floor(ms / 1000) % 86_400;
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}

/** Seconds and more; a watch knows nothing finer. */
export const lapse = (ms: number): string =>
  duration(Math.max(Math.round(ms / 1000), 0) * 1000).replace(/^0 ms$/, "0 s");

/** `20:00:05 ✓ web01 → cmk  8000/tcp  Register: refused, now open; green after 12 s red`: one turn, in one line. */
export function lineOfTurn({ atMs, before, after }: StateChange, options: RenderOptions): string {
  const [was, is] = [wordOf(before), wordOf(after)];
  const lasted =
    before.light === after.light ? "" : `; ${after.light} after ${lapse(atMs - before.sinceMs)} ${before.light}`;
  return mark(`${timeOfDay(atMs)} `, after, `${was}, now ${is}${lasted}`, options);
}

/** `✗ web01 → cmk  8000/tcp  Register: no answer; red for 2 min 5 s, since 20:00:03`: how a cell stands. */
export function lineOfCell(cell: Tracked, nowMs: number, options: RenderOptions): string {
  const { light, sinceMs, otherForMs } = cell;
  const other = otherForMs === undefined ? "" : `, after ${lapse(otherForMs)} ${light === "green" ? "red" : "green"}`;
  const since = `${light} for ${lapse(nowMs - sinceMs)}, since ${timeOfDay(sinceMs)}${other}`;
  return mark("", cell, `${wordOf(cell)}; ${since}`, options);
}

/** The word of a cell; of one that closed since it was open, what came back instead. */
const wordOf = ({ result, closed }: Tracked): string => reasonWords[(closed ?? result).reason].cell;

/** A line that is no longer than the terminal is wide, so that it takes one row. */
function mark(
  lead: string,
  { result: raw, closed }: Tracked,
  text: string,
  { width, colour, unicode = true }: RenderOptions,
) {
  const dress: Dress = { colour, unicode };
  const result = plainTexts(raw);
  const { verdict } = closed ?? result;
  const symbol = sign(verdict, dress);
  const rest = plainSigns(`${nameFlow(result)}: ${text}`, dress);
  return `${lead}${paint(verdict, symbol, dress)} ${cut(rest, width - lead.length - 2)}`;
}

/** A text without colours, cut to so many columns. */
export function cut(text: string, width: number): string {
  return columnsOf(text) <= width ? text : (wrap(text, Math.max(width, 1))[0] ?? "");
}

/** The cells that are not green, the longest red first. */
export const redCells = ({ cells }: Track): Tracked[] =>
  [...cells.values()].filter(({ light }) => light === "red").toSorted((a, b) => a.sinceMs - b.sinceMs);

/** A look at a watch: when the last round began, and what time it is. */
interface Look {
  track: Track;
  roundAtMs: number;
  nowMs: number;
}

/**
 * `12 cells were not asked in this round, the oldest look is 45 s old`, and the oldest of them, so that no old answer is
 * taken for a new one. Empty if all were asked.
 */
export function linesOfAge({ track, roundAtMs, nowMs }: Look, limit: number, options: RenderOptions): string[] {
  const aged = [...track.cells.values()]
    .flatMap((cell) => (cell.askedAtMs === undefined ? [] : [{ cell, askedAtMs: cell.askedAtMs }]))
    .filter(({ askedAtMs }) => askedAtMs < roundAtMs)
    .toSorted((a, b) => a.askedAtMs - b.askedAtMs);
  const [oldest] = aged;
  if (oldest === undefined) return [];
  const age = (askedAtMs: number): string => lapse(nowMs - askedAtMs);
  const were = aged.length === 1 ? "was" : "were";
  return [
    cut(
      `${counted(aged.length, "cell")} ${were} not asked in this round; the oldest look is ${age(oldest.askedAtMs)} old`,
      options.width,
    ),
    ...aged
      .slice(0, limit)
      .map(({ cell, askedAtMs }) => mark("", cell, `${wordOf(cell)}; asked ${age(askedAtMs)} ago`, options)),
  ];
}

/** What the first round of a watch saw, for an output that only grows: the sum, and each cell that is not green. */
export function linesOfStart(
  track: Track,
  nowMs: number,
  { notes = [], ...options }: RenderOptions & { notes?: readonly string[] | undefined },
): string[] {
  const red = redCells(track);
  const rest = red.length - listedAtMost;
  return [
    `${timeOfDay(nowMs)} UTC: watching ${sumOf(track)}`,
    ...notes.map(plainTexts),
    ...red.slice(0, listedAtMost).map((cell) => lineOfCell(cell, nowMs, options)),
    ...(rest > 0 ? [`and ${counted(rest, "more cell")} that are not green`] : []),
  ];
}

/** `12 flows, 3 of them not green, 4 not sent from here`. */
export function sumOf({ cells }: Track): string {
  const lights = [...cells.values()].map(({ light }) => light);
  const red = lights.filter((light) => light === "red").length;
  const notSent = lights.filter((light) => light === "not-sent").length;
  return [
    counted(lights.length - notSent, "flow"),
    red === 0 ? "all green" : `${inThousands(red)} of them not green`,
    ...(notSent === 0 ? [] : [`${inThousands(notSent)} not sent from here`]),
  ].join(", ");
}

/**
 * What a watch says when it ends, below the last matrix: since when each cell that is red, or turned, is what it is, and
 * how old the looks are that the last round did not repeat.
 */
export function renderWatchEnd(look: Look, options: RenderOptions): string {
  const { track, nowMs } = look;
  const { allGreenSinceMs } = track;
  const turned = [...track.cells.values()].filter(
    ({ light, otherForMs }) => light === "green" && otherForMs !== undefined,
  );
  const told = [...redCells(track), ...turned];
  const rest = told.length - listedAtMost;
  const head =
    allGreenSinceMs === undefined
      ? `Watched ${sumOf(track)}`
      : `All green since ${timeOfDay(allGreenSinceMs)} UTC, for ${lapse(nowMs - allGreenSinceMs)}`;
  const lines = [
    head,
    ...told
      .slice(0, listedAtMost)
      .map((cell) => `  ${lineOfCell(cell, nowMs, { ...options, width: options.width - 2 })}`),
    ...(rest > 0 ? [`  and ${counted(rest, "more cell")}`] : []),
    ...linesOfAge(look, agedAtEnd, { ...options, width: options.width - 2 }).map((line, at) =>
      at === 0 ? line.replace("this round", "the last round") : `  ${line}`,
    ),
  ];
  return `\n${lines.join("\n")}\n`;
}
