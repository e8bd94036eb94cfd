import { parse } from "yaml";

/** A line without the blanks beside brackets, which are a matter of taste. */
const bare = (line: string): string => line.replaceAll(/([[{,]) +| +(?=[\]}])/g, "$1").trimEnd();
const indentOf = (line: string): number => /^ */.exec(line)?.[0].length ?? 0;

/**
 * A text that was written anew, with every line that did not change as it was before: quotes, blanks and indentation are a
 * person's. `rewritten` is the old text written anew without a change, and shows which of its lines is which. Where the
 * lines cannot be told apart with certainty, the text is taken as it was written.
 */
export function keepLines(before: string, rewritten: string, after: string): string {
  const [old, base] = [before.split("\n"), rewritten.split("\n")];
  const known = old.length === base.length ? base : old.map(bare);
  const keyOf = old.length === base.length ? (line: string) => line : bare;
  const places = new Map<string, number[]>();
  for (const [at, line] of known.entries()) places.set(keyOf(line), [...(places.get(keyOf(line)) ?? []), at]);
  let next = 0;
  let shift = 0;
  const lines = after.split("\n").map((line) => {
    const candidates = places.get(keyOf(line)) ?? [];
    const at = candidates.find((one) => one >= next) ?? candidates.at(-1);
    if (at === undefined) return `${" ".repeat(Math.max(0, indentOf(line) + shift))}${line.trimStart()}`;
    const was = old[at] ?? line;
    if (at >= next) next = at + 1;
    if (line.trim() !== "") shift = indentOf(was) - indentOf(line);
    return was;
  });
  const kept = lines.join("\n");
  return isSameYaml(kept, after) ? kept : after;
}

function isSameYaml(one: string, other: string): boolean {
  try {
    return JSON.stringify(parse(one)) === JSON.stringify(parse(other));
  } catch {
    return false;
  }
}
