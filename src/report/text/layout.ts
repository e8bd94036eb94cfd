import { disarm } from "../../model/text/printable.ts";

const wide =
  /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}\uFF01-\uFF60]/u;

/** Terminal columns of a text without escape sequences: wide characters count two, combining marks none. */
export function columnsOf(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  let columns = 0;
  for (const character of text) columns += columnsOfCharacter(character);
  return columns;
}

const columnsOfCharacter = (character: string): number =>
  character >= " " && character <= "~" ? 1 : /\p{M}/u.test(character) ? 0 : wide.test(character) ? 2 : 1;

/**
 * Breaks a text into lines of at most `width` columns (one more where a line would be a command to the log of a CI job,
 * see `disarm`): at blanks, but not between a number and its unit. A word that
 * is longer is cut, preferably after `/`, `-` or `.`. The work grows with the length of the text and no faster: foreign
 * text may be long.
 */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  let used = 0;
  for (const word of text.split(/(?<!\d) | (?!(?:ms|s|min)\b)/).flatMap((one) => pieces(one, width))) {
    const columns = columnsOf(word);
    if (line === "") [line, used] = [word, columns];
    else if (used + 1 + columns <= width) [line, used] = [`${line} ${word}`, used + 1 + columns];
    else {
      lines.push(line);
      [line, used] = [word, columns];
    }
  }
  if (line !== "" || lines.length === 0) lines.push(line);
  return text.includes("::") ? lines.map(disarm) : lines;
}

const seams = new Set(["/", "-", "."]);

/** Cuts a word into pieces of at most `width` columns, in one pass. */
function pieces(word: string, width: number): string[] {
  const parts: string[] = [];
  let start = 0;
  let seam = 0;
  let columns = 0;
  let at = 0;
  for (const character of word) {
    const more = columnsOfCharacter(character);
    while (columns + more > width && at > start) {
      const cut = seam - start > width / 3 ? seam : at;
      parts.push(word.slice(start, cut));
      columns = columnsOf(word.slice(cut, at));
      start = cut;
    }
    columns += more;
    at += character.length;
    if (seams.has(character)) seam = at;
  }
  return [...parts, word.slice(start)];
}

/** A paragraph behind a mark, its further lines indented as far: `  ✗ text`. `paint` dresses the mark only. */
export function hanging(
  mark: string,
  text: string,
  { indent, width, paint = (plain) => plain }: { indent: number; width: number; paint?: (mark: string) => string },
): string[] {
  const pad = " ".repeat(indent);
  const inner = " ".repeat(columnsOf(mark));
  return wrap(text, width - indent - inner.length).map((line, at) =>
    `${pad}${at === 0 ? paint(mark) : inner}${line}`.trimEnd(),
  );
}
