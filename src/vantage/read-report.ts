import { z } from "zod";
import { observationSchema } from "../model/outcome.ts";
import { type Greeting, parseObject, type Report } from "./protocol.ts";

const greetingSchema = z.union([
  z.object({ type: z.literal("hello"), protocol: z.number(), version: z.string(), node: z.string().exactOptional() }),
  z.object({ type: z.literal("bootstrap"), node: z.string() }),
  z.object({ type: z.literal("refused"), cause: z.literal("no-node") }),
  z.object({ type: z.literal("refused"), cause: z.literal("old-node"), node: z.string() }),
  z.object({ type: z.literal("refused"), cause: z.literal("bad-bundle"), detail: z.string() }),
]);

const greetingTypes: ReadonlySet<unknown> = new Set<Greeting["type"]>(["hello", "bootstrap", "refused"]);

const reportSchema = z.union([
  z.object({ type: z.literal("observation"), id: z.number(), observation: observationSchema }),
  z.object({ type: z.literal("failed"), detail: z.string() }),
]);

/**
 * Reads one line that came before the worker's hello. Anything else than a greeting is `undefined` and is nothing to
 * worry about: banners and messages of the day are printed there.
 */
export function readGreeting(line: string): Greeting | undefined {
  const message = parseObject(line);
  // Most noise costs no more than this; the schema takes far longer over what it refuses.
  if (message === undefined || !greetingTypes.has(message["type"])) return undefined;
  return greetingSchema.safeParse(message).data;
}

/** Reads one line that came after the worker's hello; `undefined` means that the stream cannot be trusted any more. */
export function readReport(line: string): Report | undefined {
  const { data } = reportSchema.safeParse(parseObject(line));
  return data as Report | undefined;
}
