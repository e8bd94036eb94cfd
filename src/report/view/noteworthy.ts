import type { Reason } from "../../model/reason.ts";
import type { Result } from "../../model/run.ts";

/** Caveats of a system that is as it should be: there is nothing to do about them. */
const nothingToDo: ReadonlySet<Reason> = new Set(["alternative-satisfied", "absence-is-normal"]);

/** True for a result that somebody should look at: everything that was tried, but pass and caveats without a task. */
export function isNoteworthy({ verdict, reason }: Pick<Result, "verdict" | "reason">): boolean {
  return verdict !== "pass" && verdict !== "skipped" && !nothingToDo.has(reason);
}
