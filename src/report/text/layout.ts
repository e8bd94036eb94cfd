const wide =
  /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}\uFF01-\uFF60]/u;

/** Terminal columns of a text without escape sequences: wide characters count two, combining marks none. */
export function columnsOf(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  let columns = 0;
  for (const character of text) columns += /\p{M}/u.test(character) ? 0 : wide.test(character) ? 2 : 1;
  return columns;
}

/**
 * Breaks a text into lines of at most `width` columns: at blanks, but not between a number and its unit. A word that
 * is longer is cut, preferably after `/`, `-` or `.`.
 */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/(?<!\d) | (?!(?:ms|s|min)\b)/).flatMap((one) => pieces(one, width))) {
    const joined = line === "" ? word : `${line} ${word}`;
    if (line !== "" && columnsOf(joined) > width) {
      lines.push(line);
      line = word;
    } else line = joined;
  }
  return line === "" && lines.length > 0 ? lines : [...lines, line];
}

function pieces(word: string, width: number): string[] {
  const parts: string[] = [];
  let rest = word;
  while (columnsOf(rest) > width) {
    let cut = 0;
    for (let columns = 0; cut < rest.length;) {
      const character = String.fromCodePoint(rest.codePointAt(cut) ?? 32);
      columns += columnsOf(character);
      if (columns > width && cut > 0) break;
      cut += character.length;
    }
    const seam = Math.max(...["/", "-", "."].map((mark) => rest.lastIndexOf(mark, cut - 1))) + 1;
    const at = seam > width / 3 ? seam : cut;
    parts.push(rest.slice(0, at));
    rest = rest.slice(at);
  }
  return [...parts, rest];
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

/**
 * The lines of a boxed table with one more under its heading of `height` lines: the top border again, with its corners
 * turned into crossings.
 */
export function underlineHead(lines: readonly string[], height: number): string[] {
  const line = (lines[0] ?? "").replace("┌", "├").replaceAll("┬", "┼").replace("┐", "┤");
  return lines.toSpliced(1 + height, 0, line);
}
