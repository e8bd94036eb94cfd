/** The words of a line up to the cursor, as a user sees them, and how much of the last one the shell keeps. */
export interface BeforeCursor {
  words: readonly string[];
  /** So many characters of a candidate the shell has already; it puts in what follows. */
  kept: number;
}

/**
 * Undoes what bash does to words: it breaks them at `=` (COMP_WORDBREAKS in bash(1)), gives the sign as a word of its
 * own, and replaces only what follows it.
 */
export function beforeCursor(shell: string, given: readonly string[]): BeforeCursor {
  if (shell !== "bash") return { words: given, kept: 0 };
  const words: string[] = [];
  let isJoined = false;
  for (const word of given) {
    if (words.length > 0 && (word === "=" || isJoined)) words.push(`${words.pop()}${word}`);
    else words.push(word);
    isJoined = word === "=";
  }
  const last = words.at(-1) ?? "";
  return { words, kept: last === given.at(-1) ? 0 : last.lastIndexOf("=") + 1 };
}
