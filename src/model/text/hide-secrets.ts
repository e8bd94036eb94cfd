import { plainText } from "./printable.ts";

/** What is shown instead of a secret. */
const hidden = "[secret]";
/** Fewer characters are found in any text by accident. */
const leastCharacters = 6;
/** Communities that every device has when it is bought: no secrets, but words of many a description. */
const knownToAll: ReadonlySet<string> = new Set(["public", "private"]);

/** True for a value that can be looked for: neither too short nor a word that everybody knows. */
export const isHideable = (secret: string): boolean => secret.length >= leastCharacters && !knownToAll.has(secret);

/**
 * Foreign text without these secrets: who is asked with a secret may repeat it, in an answer, an error message or its last
 * words. A secret is found as it is, as JSON writes it and as `plainText` leaves it, and a part of it where a text was cut
 * (`…`). Whoever writes it backwards cannot be stopped.
 */
function hideInText(text: string, forms: readonly string[]): string {
  let safe = text;
  for (const form of forms) {
    if (safe.includes(form)) safe = safe.replaceAll(form, hidden);
    if (safe.includes("…")) safe = hideAtCuts(safe, form);
  }
  return safe;
}

/** Where a text was cut, the beginning of a secret may stand before the cut, and its end after it. */
function hideAtCuts(text: string, form: string): string {
  const parts = text.split("…");
  const last = parts.length - 1;
  return parts.map((part, at) => hideEnd(at < last, hideStart(at > 0, part, form), form)).join("…");
}

function hideStart(isCut: boolean, part: string, form: string): string {
  const length = isCut ? longestPart(part, form, (length) => part.startsWith(form.slice(-length))) : 0;
  return length === 0 ? part : `${hidden}${part.slice(length)}`;
}

function hideEnd(isCut: boolean, part: string, form: string): string {
  const length = isCut ? longestPart(part, form, (length) => part.endsWith(form.slice(0, length))) : 0;
  return length === 0 ? part : `${part.slice(0, -length)}${hidden}`;
}

/** The longest part of a secret that fits; 0 if there is none that is long enough to be no accident. */
function longestPart(part: string, form: string, fits: (length: number) => boolean): number {
  for (let length = Math.min(form.length - 1, part.length); length >= leastCharacters; length--)
    if (fits(length)) return length;
  return 0;
}

/** The forms in which a secret is looked for, the longest first. */
const formsOf = (secret: string): string[] =>
  [...new Set([secret, JSON.stringify(secret).slice(1, -1), plainText(secret)])]
    .filter(isHideable)
    .toSorted((a, b) => b.length - a.length);

/**
 * A value, as JSON knows them, with these secrets hidden in every text inside it, keys included. It is the same value if
 * there are none.
 */
export function hideSecrets<Value>(value: Value, secrets: Iterable<string>): Value {
  const forms = [...secrets].flatMap(formsOf);
  return forms.length === 0 ? value : (hide(value, forms) as Value);
}

function hide(value: unknown, forms: readonly string[]): unknown {
  if (typeof value === "string") return hideInText(value, forms);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => hide(one, forms));
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [hideInText(key, forms), hide(one, forms)]));
}
