import {
  type Change,
  type ChangeKind,
  changeKinds,
  type Comparison,
  type ComparisonSummary,
} from "../../model/run/comparison.ts";
import { isUnverified, traitsOf } from "../../model/reason.ts";
import type { Result, Run } from "../../model/run/run.ts";
import type { Verdict } from "../../model/verdict.ts";
import { closedSince } from "./closed.ts";
import { caveatsOf } from "./comparable.ts";
import { summarise } from "../rollup.ts";

/** Which changes make a comparison fail: regressions only, or any change at all. */
export type FailOn = "regression" | "any";

/** What a verdict says about the requirement: it is met, it is not, the evidence cannot tell, nobody tried. */
type Standing = "met" | "unmet" | "unclear" | "untried";
const standings = {
  pass: "met",
  warn: "met",
  fail: "unmet",
  unknown: "unclear",
  error: "untried",
  skipped: "untried",
} as const satisfies Record<Verdict, Standing>;

/** Silence that the topology accepts is silence all the same: accepting it mends nothing, and it hides no refusal. */
const standingOf = ({ verdict, reason }: Result): Standing => (isUnverified(reason) ? "unclear" : standings[verdict]);

/** Compares two runs flow by flow. Whether they may be compared at all, `whyIncomparable` says. */
export function compare(before: Run, after: Run): Comparison {
  const now = new Map(after.results.map((result) => [result.id, result]));
  const known = new Set(before.results.map(({ id }) => id));
  const changes: Change[] = [
    ...before.results.flatMap((old) => changesOf(old, now.get(old.id))),
    ...after.results.flatMap((one): Change[] => (known.has(one.id) ? [] : [{ id: one.id, kind: "new", after: one }])),
  ].toSorted(byUrgency);
  const isChanged = new Set(changes.map(({ id }) => id));
  const unchanged = before.results.filter(({ id }) => !isChanged.has(id)).length;
  const summary = sumUp(changes, unchanged);
  return {
    before,
    after,
    caveats: caveatsOf(before, after),
    changes,
    summary,
    regressions: regressionsOf(after, changes),
  };
}

const byUrgency = (a: Change, b: Change): number =>
  changeKinds.indexOf(a.kind) - changeKinds.indexOf(b.kind) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** What became of one flow of the old run; a flow that must be blocked now and was to be open is another flow. */
function changesOf(before: Result, after: Result | undefined): Change[] {
  const { id } = before;
  if (after === undefined) return [{ id, kind: "gone", before }];
  if (after.expect !== before.expect) {
    return [
      { id, kind: "gone", before },
      { id, kind: "new", after },
    ];
  }
  const closed = closedSince(before, after);
  if (closed !== undefined) return [{ id, kind: "broken", before, after, closed }];
  const kind = kindOf(before, after);
  return kind === undefined ? [] : [{ id, kind, before, after }];
}

function kindOf(before: Result, after: Result): Exclude<ChangeKind, "new" | "gone"> | undefined {
  const [was, is] = [standingOf(before), standingOf(after)];
  if (was !== is) return turns[was][after.expect === "blocked" && is === "unclear" ? "untried" : is];
  if (is === "met" && closedSince(after, before) !== undefined) return "fixed";
  if (isFlaky(after) && !isFlaky(before)) return "flaky";
  return before.verdict !== after.verdict || before.reason !== after.reason ? "changed" : undefined;
}

/**
 * From what it was to what it is. An answer that turned into silence is broken, although silence over UDP alone decides
 * nothing: that it answered before is the control. Where a port must be blocked, silence without a control is no such
 * turn, so it counts as untried. What could not be told before and fails now is broken, because nothing says that it
 * failed before.
 */
const turns = {
  met: { met: "changed", unmet: "broken", unclear: "broken", untried: "lost" },
  unmet: { met: "fixed", unmet: "changed", unclear: "changed", untried: "changed" },
  unclear: { met: "fixed", unmet: "broken", unclear: "changed", untried: "changed" },
  untried: { met: "gained", unmet: "gained", unclear: "gained", untried: "changed" },
} as const satisfies Record<Standing, Record<Standing, ChangeKind>>;

/** True if the attempts of one run disagreed about the flow. */
function isFlaky({ reason, outcome, evidence }: Result): boolean {
  const traits = traitsOf(reason);
  if (traits.verdict === "warn" && traits.isUnsteady === true) return true;
  return (evidence.earlier ?? []).some((answer) => answer.outcome.kind !== outcome);
}

function sumUp(changes: readonly Change[], unchanged: number): ComparisonSummary {
  const counts = { broken: 0, lost: 0, flaky: 0, changed: 0, new: 0, gone: 0, gained: 0, fixed: 0 };
  for (const { kind } of changes) counts[kind] += 1;
  const rest = counts.lost > 0 ? "undecided" : changes.length > 0 ? "no-regression" : "no-change";
  return { ...counts, unchanged, verdict: counts.broken > 0 ? "regression" : rest };
}

/** The new run with what is broken or lost alone; what closed is judged by that, whatever the run itself said. */
function regressionsOf(after: Run, changes: readonly Change[]): Run {
  const urgent = new Map(changes.flatMap((change) => (isUrgent(change) ? [[change.id, change] as const] : [])));
  const results = after.results.flatMap((result) => {
    const change = urgent.get(result.id);
    return change === undefined ? [] : [{ ...result, ...change.closed }];
  });
  return { ...after, results, summary: summarise(results) };
}

const isUrgent = ({ kind }: Change): boolean => kind === "broken" || kind === "lost";

/**
 * The exit code of a comparison: 1 for a regression (or, if so asked, for any change), 3 if none is known but something
 * that worked could not be tried or told now, else 0.
 */
export function exitCodeOfComparison({ verdict }: Pick<ComparisonSummary, "verdict">, failOn: FailOn): 0 | 1 | 3 {
  if (verdict === "regression" || (failOn === "any" && verdict !== "no-change")) return 1;
  return verdict === "undecided" ? 3 : 0;
}
