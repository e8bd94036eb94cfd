import type { Random } from "./random.ts";

/** Is part of every text that a stranger sends, to know it again in what the program prints. */
export const strangerMark = "hostile-mark";

/** What steers a terminal or a log, or hides, each as a stranger would send it. */
const weapons = [
  "\u001b[31m",
  "\u001b]0;title\u0007",
  "\u001b[2J\u001b[H",
  "\u009b31m",
  "\u0000",
  "\u0008\u0008\u0008",
  "\r",
  "\u0085",
  "\u202e",
  "\u2066",
  "\u200b",
  "\ufeff",
  "\u3164",
  "\u115f",
  "\u{e0041}",
  "\u2028",
  "\ud800",
  `\n::error file=${strangerMark}::boo\n`,
  `\n##[error]${strangerMark}\n`,
  `\n##vso[task.setvariable variable=x]${strangerMark}`,
  `<script>${strangerMark}</script>`,
  `"><img src=x onerror=alert(1)>`,
  "|",
  "`",
  ",",
  '"',
  "=cmd|' /C calc'!A0",
] as const;

/** A line of text with a few of these in it; at most `most` weapons. */
export function hostileText(random: Random, most = 4): string {
  const parts = Array.from({ length: 1 + random.int(most) }, () => random.pick(weapons));
  return [strangerMark, ...parts].join(random.pick(["", " ", "x"]));
}
