import { z } from "zod";
import { traceSchema } from "./walk.ts";

/** One flow that was walked at one address. */
const tracedSchema = z.strictObject({
  /** Of the plan; absent for a question that is not planned. */
  flow: z.string().optional(),
  from: z.string(),
  to: z.string(),
  address: z.string(),
  /** What sent, e.g. `ssh (Python 3.11.2)`. */
  through: z.string().optional(),
  trace: traceSchema,
});
export type Traced = z.infer<typeof tracedSchema>;

/** What `portmatrix trace --format json` prints. */
export const traceReportSchema = z.strictObject({
  format: z.literal("portmatrix-trace/1"),
  tool: z.strictObject({ name: z.literal("portmatrix"), version: z.string() }),
  startedAt: z.iso.datetime(),
  topology: z.string(),
  traces: z.array(tracedSchema),
});
export type TraceReport = z.infer<typeof traceReportSchema>;
