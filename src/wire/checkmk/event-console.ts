/**
 * The one question that the Event Console is asked (docs/notes/listening.md); it reads counters and changes nothing.
 */
export const eventConsoleQuery = "GET status\nOutputFormat: json\n\n";

/** What the Event Console says about itself: how many messages it has received, if it counts them. */
export interface EventConsoleStatus {
  messages?: number;
}

/**
 * Reads the answer: a JSON array of a row of column names and a row of values. `undefined` for everything else. Columns
 * that belong to its status are needed, so that not every JSON array passes for it.
 */
export function readEventConsoleStatus(bytes: Uint8Array): EventConsoleStatus | undefined {
  const rows = parseJson(new TextDecoder().decode(bytes));
  if (!Array.isArray(rows)) return undefined;
  const [columns, values] = rows as unknown[];
  if (!Array.isArray(columns) || !Array.isArray(values) || columns.length !== values.length) return undefined;
  if (!columns.some((column) => typeof column === "string" && column.startsWith("status_"))) return undefined;
  const messages: unknown = values[columns.indexOf("status_messages")];
  return typeof messages === "number" && Number.isSafeInteger(messages) && messages >= 0 ? { messages } : {};
}

/** True if the bytes begin like that answer, so that it is known what broke off. */
export function beginsLikeStatus(bytes: Uint8Array): boolean {
  return /^\s*\[\s*\[\s*"status_/.test(new TextDecoder().decode(bytes.subarray(0, 200)));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
