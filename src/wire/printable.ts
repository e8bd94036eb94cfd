const utf8 = new TextDecoder("utf-8");

/**
 * Foreign text made safe for a terminal, a report and a log: runs of control characters, blanks and characters that
 * have no glyph or turn the direction of writing become one blank, and the rest is cut to `maxCharacters` code points
 * with `…` as the last one.
 * Bytes are read as UTF-8; what is not UTF-8 shows as U+FFFD. (Unicode general categories C and Z.)
 */
export function printable(foreign: string | Uint8Array, maxCharacters: number): string {
  const text = typeof foreign === "string" ? foreign : utf8.decode(foreign);
  const characters = Array.from(text.replaceAll(/[\p{C}\p{Z}]+/gu, " ").trim());
  if (characters.length <= maxCharacters) return characters.join("");
  return `${characters.slice(0, maxCharacters - 1).join("")}…`;
}
