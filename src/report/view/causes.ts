import type { Result } from "../../model/run.ts";
import { isProblem } from "../../model/severity.ts";
import { groupBy } from "../text/group-by.ts";
import { takeLargestGroups } from "./largest-groups.ts";

/**
 * What a set of problems has in common:
 * `sender` one node could not send; `source` nothing at all answered one node; `targets` nothing on these nodes
 * answered anybody; `service` one port of one node, from several; `port` one port of several nodes; `pair` several
 * ports between two nodes; `flow` nothing.
 */
export type CauseKind = "sender" | "source" | "targets" | "service" | "port" | "pair" | "flow";

export interface Cause {
  kind: CauseKind;
  /** The flows it explains, sorted by id, never none. */
  results: readonly [Result, ...Result[]];
}

/** Nobody reads more; what is left after so many groups stands alone. */
const groupsAtMost = 40;

/** Groups failures, errors and undecided flows by their most likely common cause; failures first, then by size. */
export function findCauses(results: readonly Result[]): Cause[] {
  const causes: Cause[] = [];
  let left = results.filter(({ verdict }) => isProblem(verdict));
  /** Takes out everything that has a key, one cause for each key. */
  const take = (kind: CauseKind, keyOf: (result: Result) => string | undefined) => {
    const taken = left.filter((result) => keyOf(result) !== undefined);
    left = left.filter((result) => keyOf(result) === undefined);
    for (const [first, ...rest] of groupBy(taken, (result) => keyOf(result) ?? "").values()) {
      if (first !== undefined) causes.push({ kind, results: [first, ...rest] });
    }
  };

  take("sender", (result) => (isError(result) ? senderKey(result) : undefined));
  const deaf = deafSources(results);
  take("source", (result) => (deaf.has(result.from) && isQuiet(result) ? result.from : undefined));
  const dead = deadTargets(results);
  take("targets", (result) => (isQuiet(result) ? dead.get(place(result)) : undefined));
  const { groups, left: single } = takeLargestGroups(left, groupsAtMost);
  causes.push(...groups);
  for (const result of single) causes.push({ kind: "flow", results: [result] });

  const hasFailure = ({ results: grouped }: Cause) => (grouped.some(({ verdict }) => verdict === "fail") ? 0 : 1);
  return causes.toSorted((a, b) => hasFailure(a) - hasFailure(b) || b.results.length - a.results.length);
}

const isError = ({ verdict }: Result): boolean => verdict === "error";
const isQuiet = ({ outcome }: Result): boolean => outcome === "silent" || outcome === "unreachable";
const wasSent = ({ outcome }: Result): boolean => outcome !== undefined && outcome !== "unsent";
const senderKey = ({ from, reason }: Result): string => `${from} ${reason}`;
const place = ({ to, address }: Result): string => `${to} ${address}`;
const mustAnswer = (result: Result): boolean => result.expect === "open" && wasSent(result);
const distinct = <Thing>(things: readonly Result[], of: (result: Result) => Thing): number =>
  new Set(things.map(of)).size;

/** Quiet without exception, and with at least one failure: UDP alone decides nothing. */
const allQuiet = (group: readonly Result[]): boolean =>
  group.every(isQuiet) && group.some(({ verdict }) => verdict === "fail");

/** Nodes that asked two others or more and heard nothing from any. */
function deafSources(results: readonly Result[]): Set<string> {
  const bySource = groupBy(results.filter(mustAnswer), ({ from }) => from);
  const deaf = [...bySource].filter(([, group]) => distinct(group, ({ to }) => to) > 1 && allQuiet(group));
  return new Set(deaf.map(([from]) => from));
}

/** Addresses that were asked in two ways or more and never answered anybody, each with the nodes that asked. */
function deadTargets(results: readonly Result[]): Map<string, string> {
  const byTarget = groupBy(results.filter(mustAnswer), place);
  return new Map(
    [...byTarget]
      .filter(([, group]) => distinct(group, ({ protocol, port }) => `${protocol} ${port}`) > 1 && allQuiet(group))
      .map(([target, group]) => [target, [...new Set(group.map(({ from }) => from))].toSorted().join(" ")]),
  );
}
