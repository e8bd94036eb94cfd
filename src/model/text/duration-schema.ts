import { z } from "zod";
import { noDuration, readDuration } from "./duration.ts";

/** A duration as a topology writes it; the output is in milliseconds. */
export const durationSchema = z
  .string()
  .transform((text, context) => {
    const durationMs = readDuration(text);
    if (durationMs !== undefined) return durationMs;
    context.addIssue({ code: "custom", message: noDuration(text) });
    return z.NEVER;
  })
  .meta({ description: "How long: 300ms, 3s, 1.5s or 1m; at most 10m" });
