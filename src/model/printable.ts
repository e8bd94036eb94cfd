/** Visible ASCII with single blanks inside, which is what nearly every text is: nothing in it needs cleaning. */
const visible = /^[!-~]*(?: [!-~]+)*$/;

/**
 * Foreign text made safe to show: control characters, characters without a glyph and those that turn the direction of
 * writing never reach a terminal or a document (Unicode general categories C and Z). Line breaks and runs of blanks
 * become one blank. A text of visible ASCII only, the usual case, is returned as it is.
 */
export function plainText(foreign: string): string {
  if (visible.test(foreign)) return foreign;
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
  if (isPlain(value)) return value;
  if (Array.isArray(value)) return value.map(clean);
  return Object.fromEntries(Object.entries(value as object).map(([key, inside]) => [plainText(key), clean(inside)]));
}

/** True if no text inside a value needs cleaning. It only looks, because building anything takes far longer. */
function isPlain(value: unknown): boolean {
  if (typeof value === "string") return visible.test(value) || plainText(value) === value;
  if (typeof value !== "object" || value === null) return true;
  if (Array.isArray(value)) return value.every(isPlain);
  const record = value as Readonly<Record<string, unknown>>;
  for (const key in record) if (!isPlain(record[key]) || !isPlain(key)) return false;
  return true;
}
