/** The words of a line up to the cursor, as a user sees them, and how much of the last one the shell keeps. */
export interface BeforeCursor {
  words: readonly string[];
  /** So many characters of a candidate the shell has already; it puts in what follows. */
  kept: number;
}

/** Signs at which bash breaks words, of those that words of a line have (COMP_WORDBREAKS in bash(1)). */
const breaks: ReadonlySet<string> = new Set(["=", ":", "::"]);

/**
 * Undoes what shells do to words. All of them give a word as it is typed, with its quotes. Bash breaks words at `=` and `:`,
 * too, gives the sign as a word of its own, and replaces only what follows it.
 */
export function beforeCursor(shell: string, given: readonly string[]): BeforeCursor {
  if (shell !== "bash") return { words: given.map(withoutQuotes), kept: 0 };
  const words: string[] = [];
  let isJoined = false;
  for (const word of given) {
    const isBreak = breaks.has(word);
    if (words.length > 0 && (isBreak || isJoined)) words.push(`${words.pop()}${withoutQuotes(word)}`);
    else words.push(withoutQuotes(word));
    isJoined = isBreak;
  }
  const last = given.at(-1) ?? "";
  const replaced = breaks.has(last) ? "" : withoutQuotes(last);
  return { words, kept: (words.at(-1) ?? "").length - replaced.length };
}

/** A word without quotes, of which the last may still be open; `\` alone at the end is the begin of an escape. */
function withoutQuotes(word: string): string {
  let text = "";
  let quote = "";
  for (let at = 0; at < word.length; at += 1) {
    const sign = word.charAt(at);
    const next = word.charAt(at + 1);
    const isEscape = sign === "\\" && (quote === "" || (quote === '"' && /[\\"$`]/.test(next)));
    if (isEscape) {
      text += next;
      at += 1;
    } else if (quote === "" && (sign === "'" || sign === '"')) quote = sign;
    else if (sign === quote) quote = "";
    else text += sign;
  }
  return text;
}
