import { hasNothingToDo } from "../../model/reason.ts";
import type { Result } from "../../model/run/run.ts";

/** True for a result that somebody should look at: everything that was tried, but pass and caveats without a task. */
export function isNoteworthy({ verdict, reason }: Pick<Result, "verdict" | "reason">): boolean {
  return verdict !== "pass" && verdict !== "skipped" && !hasNothingToDo(reason);
}
