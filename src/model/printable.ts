/**
 * Foreign text made safe to show: control characters, characters without a glyph and those that turn the direction of
 * writing never reach a terminal or a document (Unicode general categories C and Z). Line breaks and runs of blanks
 * become one blank. A text of visible ASCII only, the usual case, is returned as it is.
 */
export function plainText(foreign: string): string {
  if (/^[!-~]*(?: [!-~]+)*$/.test(foreign)) return foreign;
  return foreign.replaceAll(/[\p{C}\p{Z}]+/gu, " ").trim();
}

/** The same value with every text inside it made safe, keys included. For values as JSON knows them. */
export function plainTexts<Value>(value: Value): Value {
  return clean(value) as Value;
}

function clean(value: unknown): unknown {
  if (typeof value === "string") return plainText(value);
  if (Array.isArray(value)) return value.map(clean);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [plainText(key), clean(inner)]));
}
