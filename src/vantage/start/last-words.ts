import { plainText } from "../../model/text/printable.ts";

const keptCharacters = 4096;
const keptLines = 3;
const mostCharacters = 300;

/**
 * Keeps the end of what a program printed, and gives its last lines as one line that is safe to show: no control
 * characters, at most 300 characters, from the end; `…` stands where it was cut. Empty if nothing was printed.
 */
export function createLastWords(): { push(chunk: Uint8Array | string): void; text(): string } {
  const decoder = new TextDecoder("utf-8");
  let kept = "";
  return {
    push(chunk) {
      kept = (kept + (typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true }))).slice(
        -keptCharacters,
      );
    },
    text() {
      const lines = kept
        .split(/[\r\n]+/)
        .map((line) => plainText(line))
        .filter((line) => line !== "");
      const words = lines.slice(-keptLines).join(" / ");
      return words.length <= mostCharacters ? words : `…${words.slice(1 - mostCharacters)}`;
    },
  };
}
