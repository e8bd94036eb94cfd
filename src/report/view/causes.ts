import { openingFailureKey } from "../../model/machine/opening-failure.ts";
import type { Result } from "../../model/run/run.ts";
import { isProblem } from "../../model/severity.ts";
import { groupBy } from "../text/group-by.ts";
import { otherAddressesIn } from "../reasons/other-addresses.ts";
import { findBeside } from "./beside.ts";
import type { Cause, CauseKind } from "./cause.ts";
import { inOrderOfWeight, isMute } from "./cause-order.ts";
import { takeLargestGroups } from "./largest-groups.ts";
import { familyOf } from "../text/answers-as.ts";
import { findQuietPlaces, isQuiet } from "./quiet.ts";
import { findWorking } from "./working.ts";

/** Nobody reads more; what is left after so many groups stands alone. */
const groupsAtMost = 40;

/**
 * Groups failures, errors and undecided flows by their most likely common cause, in the order to look at them. `among`
 * are those that are asked about; `results` is all that the run knows, so that no cause contradicts it.
 */
export function findCauses(results: readonly Result[], among = results): Cause[] {
  const causes: Omit<Cause, "works" | "beside">[] = [];
  let left = among.filter(({ verdict }) => isProblem(verdict));
  if (left.length === 0) return [];
  /** Takes out everything that has a key, one cause for each key. */
  const take = (kind: CauseKind, keyOf: (result: Result) => string | undefined) => {
    const taken = left.filter((result) => keyOf(result) !== undefined);
    left = left.filter((result) => keyOf(result) === undefined);
    for (const [first, ...rest] of groupBy(taken, (result) => keyOf(result) ?? "").values()) {
      if (first !== undefined) causes.push({ kind, results: [first, ...rest] });
    }
  };

  take("sender", (result) => (isError(result) ? senderKey(result) : undefined));
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
  const othersOf = otherAddressesIn(results);
  return inOrderOfWeight(
    causes.map((cause) => ({ ...cause, works: worksFor(cause), beside: findBeside(cause.results, othersOf) })),
    results,
  );
}

/** Vantage points that did not open for one cause are one thing to look at. */
const senderKey = ({ from, reason, evidence }: Result): string =>
  reason === "vantage-not-opened" ? `${reason} ${openingFailureKey(from, evidence.detail ?? "")}` : `${from} ${reason}`;

const isError = ({ verdict }: Result): boolean => verdict === "error";
