import { caveatSentences, pathSentence } from "../text/path-words.ts";
import type { Facts } from "../text/wording.ts";

/** What a walk of the flow showed; else empty. */
export function tracedHint({ evidence: { trace } }: Facts): string {
  if (trace === undefined) return "";
  return [" Traced:", pathSentence(trace), ...caveatSentences(trace.conclusion)].join(" ");
}
