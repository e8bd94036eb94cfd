import type { TakenFact } from "../../model/run/run.ts";
import { moment } from "./wording.ts";

const mostNamed = 8;

/** What a run says of flows that it did not send itself: who took them, with what, and when. */
export function noteTaken(taken: readonly TakenFact[]): string[] {
  const seen = taken.filter(({ unreached }) => unreached === undefined);
  const lost = taken.filter(({ unreached }) => unreached !== undefined);
  return [
    ...(seen.length === 0
      ? []
      : [
          `What ${listed(seen.map(({ node, tool, at }) => `${node} (${tool}, ${moment(at)})`))} sent was sent there by a script at that time and merged into this run; it says nothing of later changes.`,
        ]),
    ...(lost.length === 0
      ? []
      : [`A script could not be run on ${listed(lost.map(({ node, at }) => `${node} (${moment(at)})`))}.`]),
  ];
}

const listed = (names: readonly string[]): string =>
  names.length <= mostNamed
    ? names.join(", ")
    : `${names.slice(0, mostNamed).join(", ")} and ${names.length - mostNamed} more`;
