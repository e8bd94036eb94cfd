import type { Result } from "../../model/run/run.ts";
import { groupBy } from "../text/group-by.ts";

/** Nodes and addresses that never answered anybody. */
export interface QuietPlaces {
  /** True for a node that asked two others or more and got nothing back from any. */
  isSource: (node: string) => boolean;
  /** For what was asked of a dead address, a key of the dead addresses that may have one cause; else `undefined`. */
  deadKey: (result: Result) => string | undefined;
  /** True if the target answered the same sender at another address. */
  answersElsewhere: (result: Result) => boolean;
}

export const isQuiet = ({ outcome }: Result): boolean => outcome === "silent" || outcome === "unreachable";
export const addressKey = ({ to, address }: Result): string => `${to} ${address}`;

const pairOf = ({ from, to }: Result): string => `${from} ${to}`;
const wasSent = ({ outcome }: Result): boolean => outcome !== undefined && outcome !== "unsent";
const distinct = (results: readonly Result[], of: (result: Result) => string): number => new Set(results.map(of)).size;
const serviceKey = ({ protocol, port }: Result): string => `${protocol} ${port}`;
const joined = (results: readonly Result[], of: (result: Result) => string): string =>
  [...new Set(results.map(of))].toSorted().join(" ");

/** Something came back for this result: from its own address, or from another one behind the same name. */
export const wasAnswered = ({ outcome, evidence: { addresses = [] } }: Result): boolean =>
  [outcome, ...addresses.map((one) => one.outcome.kind)].some(
    (kind) => kind === "open" || kind === "refused" || kind === "prohibited",
  );

/** Quiet without exception, and with at least one failure: silence over UDP alone decides nothing. */
const allQuiet = (group: readonly Result[]): boolean =>
  group.every((result) => isQuiet(result) && !wasAnswered(result)) && group.some(({ verdict }) => verdict === "fail");

/**
 * Finds who never answered. Everything that was sent counts, also where it must be blocked: whoever refuses is not dead.
 * Dead addresses belong together if the same nodes asked them for requirements of the same sections: a dead switch and
 * a dead directory server are two faults.
 */
export function findQuietPlaces(results: readonly Result[]): QuietPlaces {
  const sent = results.filter(wasSent);
  const sources = [...groupBy(sent, ({ from }) => from)]
    .filter(([, group]) => distinct(group, ({ to }) => to) > 1 && allQuiet(group))
    .map(([from]) => from);
  const answering = new Set(sent.filter(wasAnswered).map(pairOf));
  const dead = new Map<string, string>();
  for (const [place, group] of groupBy(sent, addressKey)) {
    if (distinct(group, serviceKey) < 2 || !allQuiet(group)) continue;
    const itself = group.every(({ from, to }) => from === to) ? "itself" : "";
    dead.set(place, [joined(group, ({ from }) => from), joined(group, ({ section }) => section), itself].join("|"));
  }
  const unanswered = new Set(sources);
  return {
    isSource: (node) => unanswered.has(node),
    deadKey: (result) => (isQuiet(result) ? dead.get(addressKey(result)) : undefined),
    answersElsewhere: (result) => answering.has(pairOf(result)),
  };
}
