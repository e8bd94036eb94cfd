import type { Judgement, Result } from "../../model/run.ts";
import { type Context, adviceFor } from "./advice.ts";
import { messageFor } from "./message.ts";

/**
 * Turns the codes of a judgement into a result with sentences: what was seen, and where to look first. The judgement is
 * handed over and becomes the result; a copy of each would be most of the memory that a large run takes.
 */
export function phrase(judgement: Judgement, context: Context = {}): Result {
  const message = messageFor(judgement);
  const advice = adviceFor(judgement, context);
  if (judgement.tolerated !== undefined) delete judgement.tolerated;
  const result: Judgement & Partial<Result> = judgement;
  result.message = message;
  if (advice !== undefined) result.advice = advice;
  return result as Result;
}
