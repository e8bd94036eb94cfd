/** A line without the blanks beside brackets, which are a matter of taste. */
const bare = (line: string): string => line.replaceAll(/([[{,]) +| +(?=[\]}])/g, "$1").trimEnd();

/**
 * A text that was written anew, with each line that differs from an old one in blanks beside brackets alone as it was:
 * a change shows what changed, and nothing else.
 */
export function keepLines(before: string, after: string): string {
  const old = new Map<string, string | undefined>();
  for (const line of before.split("\n")) {
    const key = bare(line);
    old.set(key, old.has(key) && old.get(key) !== line ? undefined : line);
  }
  return after
    .split("\n")
    .map((line) => old.get(bare(line)) ?? line)
    .join("\n");
}
