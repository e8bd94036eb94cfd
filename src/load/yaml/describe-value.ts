import { quote } from "./place.ts";
import type { Path } from "./place.ts";
import { isSecret } from "./secret-place.ts";
import { closest, didYouMean, listNames } from "./suggest.ts";

/** Other words for those of a place, such as `tls` for `pull`, with the word that they mean. */
export type OtherWordsAt = (path: Path) => Readonly<Record<string, string>>;

/** That a value is none of the words of its place, and which one was meant. */
export function notOneOf(
  value: unknown,
  allowed: readonly unknown[],
  path: Path,
  otherWordsAt: OtherWordsAt | undefined,
): string {
  const guess = guessOf(value, allowed, path, otherWordsAt);
  if (allowed.length === 1 && typeof value !== "string") {
    return `expected ${String(allowed[0])}, got ${describeValue(value, path)}`;
  }
  if (value === undefined) return `the key is missing; it is one of ${listValues(allowed)}`;
  return `${describeValue(value, path)} is not one of ${listValues(allowed)}${guess}`;
}

/** `; did you mean "pull"?` for a slip of one of the words, or for another word for it; nothing about a secret. */
export function guessOf(
  value: unknown,
  allowed: readonly unknown[],
  path: Path,
  otherWordsAt: OtherWordsAt | undefined,
): string {
  if (!["string", "number", "boolean"].includes(typeof value)) return "";
  // The word for a protocol is not shown, but it is no secret that it is nearly one of those that there are.
  if (isSecret(path, value) && path.at(-1) !== "protocol") return "";
  const words = allowed.map(String);
  const others = otherWordsAt?.(path) ?? {};
  const known = [...words, ...Object.keys(others)];
  const [first = "", second] = String(value).trim().split(/\s+/);
  const found = closest(String(value), known) ?? (second === undefined ? undefined : closest(first, known));
  const meant = found === undefined || words.includes(found) ? found : others[found];
  return meant !== undefined && words.includes(meant) ? didYouMean(meant, [meant]) : "";
}

/** The words of a place in a message; of many the first in alphabetical order. */
export function listValues(allowed: readonly unknown[]): string {
  const words = [...new Set(allowed.map(String))];
  return words.length > 8 ? listNames(words) : words.join(", ");
}

/** A value as a message may show it; what stands where a secret may stand is not shown. */
export function describeValue(value: unknown, path: Path): string {
  if (value === undefined || value === null) return "nothing";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object") return "a map";
  if (isSecret(path, value)) return "a value that is not shown here";
  if (path.length === 0) return "plain text"; // not a topology at all; who knows what it is
  return typeof value === "string" ? quote(value) : String(value);
}
