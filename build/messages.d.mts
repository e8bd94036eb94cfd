import type { z } from "zod";
import type { Shape } from "../src/vantage/messages/shape.ts";

interface Messages {
  messageSchemas: Readonly<Record<string, z.ZodType>>;
  protocolVersion: number;
}
export function messageFiles(messages: Messages, toJSONSchema: typeof z.toJSONSchema): [path: string, text: string][];
export function breaksIn(older: Shape | undefined, newer: Shape | undefined, path?: string): string[];
export function refuseBreaks(older: string, newer: string): void;
