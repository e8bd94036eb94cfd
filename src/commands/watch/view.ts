import type { Run } from "../../model/run/run.ts";
import type { StateChange } from "../../model/run/track.ts";
import { lineOfTurn, linesOfStart, timeOfDay } from "../../report/watch/lines.ts";
import { drawMatrices, drawWatch, type WatchPicture } from "../../report/watch/screen.ts";
import { appearance } from "../output/appearance.ts";
import { openScreen } from "./screen.ts";
import type { Surroundings } from "../surroundings.ts";

/** What a watch shows while it goes on. */
export interface WatchView {
  /** True if it wants to be called each second, because it shows how time passes. */
  isLive: boolean;
  /** What goes on before the first round is complete. */
  wait: (activity: string) => void;
  /** How things stand; `turns` is what turned since the last call. */
  show: (picture: Omit<WatchPicture, "turns" | "matrices">, turns: readonly StateChange[]) => void;
  /** A remark that the user should read once. */
  remark: (text: string) => void;
  /** Ends the picture, so that the report can follow. */
  close: () => void;
}

const turnsKept = 50;
const bell = "\u0007";

/** A picture in the terminal, or one line per change where stdout is none. Nothing at all if `quiet`. */
export function openWatchView(
  { quiet, color, bell: rings }: { quiet: boolean; color: boolean; bell: boolean },
  surroundings: Surroundings,
): WatchView {
  const nothing = () => undefined;
  if (quiet) return { isLive: false, wait: nothing, show: nothing, remark: nothing, close: nothing };
  const ring = (turns: readonly StateChange[]): string => (rings && turns.length > 0 ? bell : "");
  const isScreen = surroundings.stdoutIsTerminal && surroundings.env["TERM"] !== "dumb";
  return isScreen ? screenView(surroundings, color, ring) : lineView(surroundings, color, ring);
}

function screenView(
  surroundings: Surroundings,
  color: boolean,
  ring: (turns: readonly StateChange[]) => string,
): WatchView {
  const screen = openScreen(surroundings.out);
  const late: StateChange[] = [];
  let remarks: string[] = [];
  let drawn: { run: Run; width: number; lines: string[] } | undefined;
  const size = () => {
    const { columns, rows } = surroundings.terminal();
    return {
      ...appearance({ ...surroundings, columns }, color),
      width: Math.min(columns ?? 80, 160),
      height: (rows ?? 24) - 1,
    };
  };
  return {
    isLive: true,
    wait: (activity) => screen.draw([`portmatrix watch: ${activity}`]),
    show: (picture, turns) => {
      late.push(...turns);
      late.splice(0, late.length - turnsKept);
      if (ring(turns) !== "") surroundings.out(bell);
      const place = size();
      if (drawn?.run !== picture.run || drawn.width !== place.width) {
        drawn = { run: picture.run, width: place.width, lines: drawMatrices(picture.run, place) };
      }
      screen.draw(drawWatch({ ...picture, matrices: drawn.lines, turns: late }, place));
    },
    remark: (text) => void remarks.push(text),
    close: () => {
      screen.clear();
      for (const remark of remarks) surroundings.out(`${remark}\n`);
      remarks = [];
    },
  };
}

/** A terminal rings wherever it is: where stdout is a file, the bell goes to stderr, and only if that is a terminal. */
function lineView(
  surroundings: Surroundings,
  color: boolean,
  ring: (turns: readonly StateChange[]) => string,
): WatchView {
  const { out, err, stderrIsTerminal } = surroundings;
  const options = { ...appearance(surroundings, color), width: 200 };
  let isStarted = false;
  let wasGreen = false;
  return {
    isLive: false,
    wait: () => undefined,
    show: ({ run: { notes }, track, nowMs }, turns) => {
      const lines = isStarted
        ? turns.map((turn) => lineOfTurn(turn, options))
        : linesOfStart(track, nowMs, { ...options, notes });
      isStarted = true;
      const isGreen = track.allGreenSinceMs !== undefined;
      if (isGreen && !wasGreen) lines.push(`${timeOfDay(nowMs)} all green`);
      wasGreen = isGreen;
      if (lines.length > 0) out(`${lines.join("\n")}\n`);
      if (stderrIsTerminal && ring(turns) !== "") err(bell);
    },
    remark: (text) => out(`${text}\n`),
    close: () => undefined,
  };
}
