import { fixed16Bytes, readFixed16 } from "../fixed16.ts";
import { printable } from "../../model/text/printable.ts";

/**
 * The one question that Livestatus is asked (docs/notes/listening.md#livestatus-6557tcp). It reads three values and
 * changes nothing.
 */
export const livestatusQuery =
  "GET status\nColumns: program_version program_start livestatus_version\n" +
  "OutputFormat: json\nResponseHeader: fixed16\n\n";

/** What Livestatus answered: who it is, or with which code it refused. */
export type LivestatusAnswer = { kind: "status"; name: string } | { kind: "refused"; code: number; text: string };

/** True when the header and the whole body that it announces have come, or when there is no header. */
export function isLivestatusWhole(bytes: Uint8Array): boolean {
  if (bytes.length < fixed16Bytes) return false;
  const header = readFixed16(bytes);
  return header === undefined || bytes.length >= fixed16Bytes + header.bodyBytes;
}

/**
 * Reads the answer to `livestatusQuery`; `undefined` for what is none, cut answers included. The Checkmk Micro Core calls
 * itself `Check_MK VERSION`; other cores give their own version, and that of their Livestatus.
 */
export function readLivestatusAnswer(bytes: Uint8Array): LivestatusAnswer | undefined {
  const header = readFixed16(bytes);
  if (header === undefined) return undefined;
  const body = bytes.subarray(fixed16Bytes, fixed16Bytes + header.bodyBytes);
  if (header.code !== 200) return { kind: "refused", code: header.code, text: printable(body, 80) };
  if (body.length < header.bodyBytes) return undefined;
  const row = firstRow(new TextDecoder().decode(body));
  const [program, , own] = row ?? [];
  if (typeof program !== "string") return undefined;
  const checkmk = /^Check_MK (.+)$/.exec(program)?.[1];
  if (checkmk !== undefined) return { kind: "status", name: `Livestatus of Checkmk ${printable(checkmk, 40)}` };
  const version = typeof own === "string" && own !== "" ? ` ${printable(own, 40)}` : "";
  return { kind: "status", name: `Livestatus${version} of core ${printable(program, 40)}` };
}

function firstRow(json: string): unknown[] | undefined {
  try {
    const [row] = JSON.parse(json) as unknown[];
    return Array.isArray(row) ? row : undefined;
  } catch {
    return undefined; // no JSON, or nothing that could have rows
  }
}
