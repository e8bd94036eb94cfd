/**
 * Foreign text made safe to show: control characters, characters without a glyph and those that turn the direction of
 * writing never reach a terminal or a document (Unicode general categories C and Z). Line breaks and runs of blanks
 * become one blank. A text of visible ASCII only, the usual case, is returned as it is.
 */
export function plainText(foreign: string): string {
  if (/^[!-~]*(?: [!-~]+)*$/.test(foreign)) return foreign;
  return foreign.replaceAll(/[\p{C}\p{Z}]+/gu, " ").trim();
}

/**
 * The same value with every text inside it made safe, keys included. For values as JSON knows them. What is safe already
 * is not copied: a large run is made of little else.
 */
export function plainTexts<Value>(value: Value): Value {
  return clean(value) as Value;
}

function clean(value: unknown): unknown {
  if (typeof value === "string") return plainText(value);
  if (typeof value !== "object" || value === null) return value;
  const keys = Object.keys(value);
  const record = value as Readonly<Record<string, unknown>>; // an array is one by its indexes
  const inside = keys.map((key) => clean(record[key]));
  if (keys.every((key, at) => inside[at] === record[key] && plainText(key) === key)) return value;
  return Array.isArray(value) ? inside : Object.fromEntries(keys.map((key, at) => [plainText(key), inside[at]]));
}
