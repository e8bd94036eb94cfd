import type { InspectOrder } from "../../model/inspection.ts";
import type { RespondOrder } from "../../model/run/responder.ts";
import type { Task } from "../../model/task.ts";
import { messageShapes } from "./message-shapes.ts";
import type { Order } from "./messages.ts";
import { parseObject } from "./protocol.ts";
import { readShape } from "./shape.ts";

/** An order that has a number to answer to, but is of a kind that a later version may know. */
export interface StrangeOrder {
  type: "strange";
  id: number;
  /** What is not known, e.g. `probe.sctp`. */
  what: readonly string[];
}

/**
 * Reads one line that the worker was sent; `undefined` for anything that is not a complete order. Keys that this version
 * does not know are left out: the sender knows from the hello that they would be.
 */
export function readOrder(line: string): Order | StrangeOrder | undefined {
  const message = parseObject(line);
  if (message === undefined) return undefined;
  const order = readShape(messageShapes.order, message);
  const { id } = message;
  if (order.isBroken || typeof id !== "number" || !Number.isSafeInteger(id)) return undefined;
  if (order.unknownValues.length > 0) return { type: "strange", id, what: order.unknownValues };
  if (message["type"] === "cancel") return { type: "cancel", id };
  if (message["type"] === "respond") {
    const respond = readShape(messageShapes.respondOrder, message["order"]);
    if (respond.isBroken) return undefined;
    if (respond.unknownValues.length > 0) return { type: "strange", id, what: respond.unknownValues };
    return { type: "respond", id, order: respond.value as RespondOrder };
  }
  if (message["type"] === "inspect") {
    const inspect = readShape(messageShapes.inspectOrder, message["order"]);
    if (inspect.isBroken) return undefined;
    if (inspect.unknownValues.length > 0) return { type: "strange", id, what: inspect.unknownValues };
    return { type: "inspect", id, order: inspect.value as InspectOrder };
  }
  const task = readShape(messageShapes.task, message["task"]);
  if (task.isBroken) return undefined;
  if (task.unknownValues.length > 0) return { type: "strange", id, what: task.unknownValues };
  return { type: "probe", id, task: task.value as Task };
}
