import type { TakenFact } from "../../model/run/run.ts";
import { escapeUnseen } from "../../model/text/printable.ts";
import { counted, moment, scriptCommandFor } from "./wording.ts";

const mostNamed = 8;

/** What a run says of flows that it did not send itself: who took them, with what, and when. */
export function noteTaken(taken: readonly TakenFact[]): string[] {
  const seen = taken.filter(({ unreached }) => unreached === undefined);
  const lost = taken.filter(({ unreached }) => unreached !== undefined);
  return [
    ...(seen.length === 0
      ? []
      : [
          `What ${listed(seen.map(({ node, tool, at }) => `${node} (${tool}, ${moment(at)})`))}${spanOf(seen)} sent was sent there by a script at that time and merged into this run; it says nothing of later changes.`,
        ]),
    ...(lost.length === 0
      ? []
      : [`A script could not be run on ${listed(lost.map(({ node, at }) => `${node} (${moment(at)})`))}.`]),
  ];
}

/** Between which times those were that are not named. */
function spanOf(seen: readonly TakenFact[]): string {
  const times = seen
    .slice(mostNamed)
    .map(({ at }) => at)
    .toSorted();
  const [first, last = first] = [times[0], times.at(-1)];
  return first === undefined || last === undefined ? "" : ` (between ${moment(first)} and ${moment(last)})`;
}

/** The nodes whose flows neither this run nor a fragment has, and how many these are, in the order of names. */
export type Unexamined = readonly { node: string; flows: number }[];

/** What a run that merged fragments says of nodes that it has nothing of, with what to do; nothing if all are there. */
export function noteUnexamined(missing: Unexamined, topology: string | undefined): string[] {
  const [first] = missing;
  if (first === undefined) return [];
  const flows = missing.reduce((sum, one) => sum + one.flows, 0);
  const command = scriptCommandFor(missing.length === 1 ? first.node : "NODE", topology);
  return [
    `Not examined: ${counted(flows, "flow")} of ${listed(missing.map(({ node }) => node))}, of which there is neither a fragment nor a vantage point. They are skipped and do not change the exit code, unless --complete is given. Write the script (${command}), run it there, and name what it brings with --merge.`,
  ];
}

/** What a run says of the fragments and files of `--merge` that it has left out; `left` has the reasons. */
export function noteLeft(left: readonly string[]): string[] {
  if (left.length === 0) return [];
  const rest = left.length - leftNamed;
  const more = rest > 0 ? `; and ${rest} more` : "";
  return [`Left out of what --merge names: ${left.slice(0, leftNamed).map(escapeUnseen).join("; ")}${more}.`];
}

const leftNamed = 4;

const listed = (names: readonly string[]): string =>
  names.length <= mostNamed
    ? names.join(", ")
    : `${names.slice(0, mostNamed).join(", ")} and ${names.length - mostNamed} more`;
