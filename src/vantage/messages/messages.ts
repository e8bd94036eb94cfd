import { z } from "zod";
import { type Observation, observationSchema } from "../../model/outcome.ts";
import {
  type RespondOrder,
  type ResponderEvent,
  respondOrderSchema,
  responderEventSchema,
} from "../../model/run/responder.ts";
import {
  type InspectOrder,
  type InspectionPart,
  inspectOrderSchema,
  inspectionPartSchema,
} from "../../model/inspection.ts";
import { type Task, taskSchema } from "../../model/task.ts";

/** The sender's own number for one execution of a task. */
const id = z.int();

/** What the worker is told. */
const orderSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("probe"), id, task: z.custom<Task>() }),
  z.object({ type: z.literal("cancel"), id }),
  /** Hold these ports until `cancel`; each event is told in a report. */
  z.object({ type: z.literal("respond"), id, order: z.custom<RespondOrder>() }),
  /** Read what the machine says of itself; each part is told in a report, the last one is `end`. */
  z.object({ type: z.literal("inspect"), id, order: z.custom<InspectOrder>() }),
]);
export type Order = z.infer<typeof orderSchema>;

/**
 * What a worker knows, as the words that `vocabularyOf` makes of the descriptions below: kinds of orders, probes and
 * services that may be asked for, and outcomes and evidence that it may bring back.
 */
const capabilitiesSchema = z.object({
  order: z.array(z.string()),
  task: z.array(z.string()),
  observation: z.array(z.string()),
});
export type Capabilities = z.infer<typeof capabilitiesSchema>;

/** First words of the worker, once, before anything else. */
const helloSchema = z.object({
  type: z.literal("hello"),
  protocol: z.number(),
  /** Version of portmatrix. */
  version: z.string(),
  /** Version of Node there, where it is known. */
  node: z.string().exactOptional(),
  /** Workers of the first release do not say it. */
  capabilities: z.custom<Capabilities>().exactOptional(),
});
export type Hello = z.infer<typeof helloSchema>;

/** What runs a worker that is nothing but sockets. */
const runtime = z.enum(["python", "perl", "bash", "powershell"]);

/**
 * What comes back before the worker runs: `bootstrap` means that Node is there and waits for the worker's source,
 * `source` the same of another interpreter, whose worker then says `sockets` in place of hello and speaks lines of
 * its own (`sockets/far/message.ts`); `refused` that none can be run there, and why.
 */
const greetingSchema = z.union([
  helloSchema,
  z.object({ type: z.literal("bootstrap"), node: z.string() }),
  z.object({ type: z.literal("source"), runtime, version: z.string() }),
  z.object({ type: z.literal("sockets"), protocol: z.number(), runtime, version: z.string() }),
  z.object({ type: z.literal("refused"), cause: z.literal("no-node") }),
  z.object({ type: z.literal("refused"), cause: z.literal("no-interpreter") }),
  z.object({ type: z.literal("refused"), cause: z.literal("old-node"), node: z.string() }),
  z.object({ type: z.literal("refused"), cause: z.literal("constrained-language") }),
  z.object({ type: z.literal("refused"), cause: z.literal("old-powershell"), version: z.string() }),
  z.object({ type: z.literal("refused"), cause: z.literal("bad-bundle"), detail: z.string() }),
]);
export type Greeting = z.infer<typeof greetingSchema>;

/** What the worker says after its hello. After `failed` it ends. */
const reportSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("observation"), id, observation: z.custom<Observation>() }),
  z.object({ type: z.literal("failed"), detail: z.string() }),
  z.object({ type: z.literal("responder"), id, event: z.custom<ResponderEvent>() }),
  z.object({ type: z.literal("inspection"), id, part: z.custom<InspectionPart>() }),
]);
export type Report = z.infer<typeof reportSchema>;

/**
 * The one description of the messages. `build/messages.mjs` makes of it what both sides check by, without zod, and
 * refuses a change that needs a new protocol version. The contents of an order and a report are described by
 * themselves, so that an order whose task is not understood can still be answered by its id.
 */
export const messageSchemas = {
  order: orderSchema,
  greeting: greetingSchema,
  capabilities: capabilitiesSchema,
  report: reportSchema,
  task: taskSchema,
  observation: observationSchema,
  respondOrder: respondOrderSchema,
  responderEvent: responderEventSchema,
  inspectOrder: inspectOrderSchema,
  inspectionPart: inspectionPartSchema,
};
export type MessageName = keyof typeof messageSchemas;
