import type { Result } from "../../model/run.ts";
import { isProblem } from "../../model/severity.ts";
import { groupBy } from "../text/group-by.ts";
import { inOrderOfWeight, isMute } from "./cause-order.ts";
import { takeLargestGroups } from "./largest-groups.ts";
import { familyOf, findQuietPlaces, isQuiet } from "./quiet.ts";
import { findWorking } from "./working.ts";

/**
 * What a set of problems has in common:
 * `sender` one node could not send; `source` nothing at all answered one node; `targets` these nodes answered nobody;
 * `addresses` nor did these addresses, while their nodes answer at others; `service` one port of one node, from several;
 * `mute` services that answer nobody over UDP; `port` one port of several nodes; `pair` several ports between two nodes; `flow` one port between two nodes, at one
 * address of the target or at several.
 */
export type CauseKind = "sender" | "source" | "targets" | "addresses" | "mute" | "service" | "port" | "pair" | "flow";

export interface Cause {
  kind: CauseKind;
  /** The flows it explains, sorted by id, never none. */
  results: readonly [Result, ...Result[]];
  /** What works all the same; see `working.ts`. Sorted, and empty for the other kinds. */
  works: readonly string[];
}

/** Nobody reads more; what is left after so many groups stands alone. */
const groupsAtMost = 40;

/** Groups failures, errors and undecided flows by their most likely common cause, in the order to look at them. */
export function findCauses(results: readonly Result[]): Cause[] {
  const causes: Omit<Cause, "works">[] = [];
  let left = results.filter(({ verdict }) => isProblem(verdict));
  if (left.length === 0) return [];
  /** Takes out everything that has a key, one cause for each key. */
  const take = (kind: CauseKind, keyOf: (result: Result) => string | undefined) => {
    const taken = left.filter((result) => keyOf(result) !== undefined);
    left = left.filter((result) => keyOf(result) === undefined);
    for (const [first, ...rest] of groupBy(taken, (result) => keyOf(result) ?? "").values()) {
      if (first !== undefined) causes.push({ kind, results: [first, ...rest] });
    }
  };

  take("sender", (result) => (isError(result) ? `${result.from} ${result.reason}` : undefined));
  const quiet = findQuietPlaces(results);
  take("source", (result) => (quiet.isSource(result.from) && isQuiet(result) ? result.from : undefined));
  take("targets", (result) => (quiet.answersElsewhere(result) ? undefined : quiet.deadKey(result)));
  take("addresses", (result) => {
    const key = quiet.deadKey(result);
    return key === undefined ? undefined : `${familyOf(result)} ${key}`;
  });
  take("mute", (result) => (isMute(result) ? "all" : undefined));
  const { groups, left: single } = takeLargestGroups(left, groupsAtMost);
  causes.push(...groups);
  left = single;
  take("flow", ({ from, to, protocol, port, expect }) => `${from} ${to} ${protocol} ${port} ${expect}`);
  const worksFor = findWorking(results);
  return inOrderOfWeight(
    causes.map((cause) => ({ ...cause, works: worksFor(cause) })),
    results,
  );
}

const isError = ({ verdict }: Result): boolean => verdict === "error";
