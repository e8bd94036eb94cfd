import type { Judgement, Result } from "../model/run.ts";
import { type Context, adviceFor } from "./advice.ts";
import { messageFor } from "./message.ts";

/** Turns the codes of a judgement into a result with sentences: what was seen, and where to look first. */
export function phrase(judgement: Judgement, context: Context = {}): Result {
  const { tolerated: _, ...codes } = judgement;
  const advice = adviceFor(judgement, context);
  return { ...codes, message: messageFor(judgement), ...(advice === undefined ? {} : { advice }) };
}
