import type { Greeting, Order, Report } from "./messages.ts";

/**
 * Version of the messages; both sides must speak the same. Additions need no other one: see `vocabulary.ts`. A key that
 * the other side must not ignore, and any other change of `messages.ts`, does; `npm run generate` refuses it without.
 */
export const protocolVersion = 1;

/** One message as one line of JSON. JSON escapes line breaks, so a message never spans lines. */
export function encode(message: Order | Greeting | Report): string {
  return `${JSON.stringify(message)}\n`;
}

/** The object in one line, or `undefined` if the line is anything else than one JSON object. */
export function parseObject(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
