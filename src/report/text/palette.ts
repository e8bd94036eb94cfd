import type { Verdict } from "../../model/verdict.ts";

/** How output is dressed: with ANSI colours or without, with Unicode signs and lines or with ASCII only. */
export interface Dress {
  colour: boolean;
  unicode: boolean;
}

/** One sign for each verdict, told apart without colour. */
const signs = {
  unicode: { pass: "✓", warn: "!", fail: "✗", unknown: "?", error: "E", skipped: "–" },
  ascii: { pass: "+", warn: "!", fail: "X", unknown: "?", error: "E", skipped: "-" },
} as const satisfies Record<string, Record<Verdict, string>>;

/** SGR parameters (ECMA-48 §8.3.117). */
const sgr = {
  bold: "1",
  dim: "2",
  pass: "32",
  warn: "33",
  fail: "1;31",
  unknown: "36",
  error: "35",
  skipped: "2",
} as const;
type Style = keyof typeof sgr;

/** The sign of a verdict, without colour. */
export function sign(verdict: Verdict, { unicode }: Pick<Dress, "unicode">): string {
  return signs[unicode ? "unicode" : "ascii"][verdict];
}

/** Text in a style; the text itself where colour is off. */
export function paint(style: Style, text: string, { colour }: Pick<Dress, "colour">): string {
  return colour && text !== "" ? `\u001B[${sgr[style]}m${text}\u001B[0m` : text;
}

/** Replaces the few signs beyond ASCII that our own sentences use, where only ASCII is wanted. */
export function plainSigns(text: string, { unicode }: Pick<Dress, "unicode">): string {
  if (unicode) return text;
  return text.replaceAll("→", "->").replaceAll("…", "...").replaceAll("–", "-").replaceAll("·", ".");
}
