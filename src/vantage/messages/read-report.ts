import type { Observation } from "../../model/outcome.ts";
import type { InspectionPart } from "../../model/inspection.ts";
import type { ResponderEvent } from "../../model/run/responder.ts";
import { plainTexts } from "../../model/text/printable.ts";
import { messageShapes } from "./message-shapes.ts";
import type { Capabilities, Greeting, Hello, Report } from "./messages.ts";
import { parseObject } from "./protocol.ts";
import { readShape } from "./shape.ts";

/** Longest text that is taken from the other side, in characters: more than any message has, and nobody reads more. */
const longestText = 500;

/** A report with its keys that this version does not know and has left out. */
export type ReadReport = Report & { unknownKeys: readonly string[] };

/** Something that a later version may have said. `id` is that of the task that it answers. */
export interface StrangeReport {
  type: "strange";
  id?: number;
  /** What is not known, e.g. `answers.outcome.kind.delayed`. */
  what: readonly string[];
}

/**
 * Reads one line that came before the worker's hello. Anything else than a greeting is `undefined` and is nothing to
 * worry about: banners and messages of the day are printed there.
 */
export function readGreeting(line: string): Greeting | undefined {
  const message = parseObject(line);
  if (message === undefined) return undefined;
  const { value, isBroken, unknownValues } = readShape(messageShapes.greeting, message, longestText);
  if (isBroken || unknownValues.length > 0) return undefined;
  const greeting = plainTexts(value) as Greeting;
  return greeting.type === "hello" ? withCapabilities(greeting) : greeting;
}

/** Capabilities of another form belong to another protocol, whose number is what matters then. */
function withCapabilities({ capabilities, ...hello }: Hello): Hello {
  if (capabilities === undefined) return hello;
  const reading = readShape(messageShapes.capabilities, capabilities);
  return reading.isBroken ? hello : { ...hello, capabilities: reading.value as Capabilities };
}

/** Reads one line that came after the worker's hello; `undefined` means that the stream cannot be trusted any more. */
export function readReport(line: string): ReadReport | StrangeReport | undefined {
  const message = parseObject(line);
  if (message === undefined) return undefined;
  const { value, isBroken, unknownValues, unknownKeys } = readShape(messageShapes.report, message, longestText);
  if (isBroken) return undefined;
  if (unknownValues.length > 0) return { type: "strange", what: unknownValues };
  const report = value as Report;
  if (report.type === "failed") return { ...plainTexts(report), unknownKeys };
  if (report.type === "responder") {
    const event = readShape(messageShapes.responderEvent, report.event, longestText);
    if (event.isBroken) return undefined;
    if (event.unknownValues.length > 0) return { type: "strange", id: report.id, what: event.unknownValues };
    return { ...report, event: plainTexts(event.value as ResponderEvent), unknownKeys };
  }
  if (report.type === "inspection") {
    const part = readShape(messageShapes.inspectionPart, report.part);
    if (part.isBroken) return undefined;
    // What a later version reads besides is nothing to this one.
    if (part.unknownValues.length > 0) return { type: "strange", id: report.id, what: part.unknownValues };
    return { ...report, part: part.value as InspectionPart, unknownKeys };
  }
  const seen = readShape(messageShapes.observation, report.observation, longestText);
  if (seen.isBroken) return undefined;
  if (seen.unknownValues.length > 0) return { type: "strange", id: report.id, what: seen.unknownValues };
  return { ...report, observation: seen.value as Observation, unknownKeys: [...unknownKeys, ...seen.unknownKeys] };
}
