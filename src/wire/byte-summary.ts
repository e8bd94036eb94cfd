import { toHex } from "./bytes.ts";
import { printable } from "../model/text/printable.ts";

const mostCharacters = 60;
const mostBytes = 12;

/**
 * What foreign bytes look like, in a few words: `"SSH-2.0-OpenSSH_9.2"` for text, `bytes 16 03 01 02` for the rest, and
 * `nothing`. Safe to show, at most 120 characters.
 */
export function summariseBytes(bytes: Uint8Array): string {
  if (bytes.length === 0) return "nothing";
  const start = bytes.subarray(0, 4 * mostCharacters);
  const isText = start.every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d);
  const text = printable(start, mostCharacters);
  if (isText && text !== "" && !text.includes("\uFFFD")) return `"${text}"`;
  const digits = toHex(bytes.subarray(0, mostBytes)).replaceAll(/(..)(?=.)/g, "$1 ");
  return `${bytes.length === 1 ? "byte" : "bytes"} ${digits}${bytes.length > mostBytes ? " …" : ""}`;
}
