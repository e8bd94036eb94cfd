import type { z } from "zod";
import type { Problem } from "../../model/text/problem.ts";
import { knownKeys } from "./known-keys.ts";
import { formatPath, quote } from "./place.ts";
import type { Locate, Path, Place } from "./place.ts";
import { mayHoldSecret } from "./secret-place.ts";
import { closest, didYouMean } from "./suggest.ts";
import { valueAt } from "./value-at.ts";

/** What a key that is not known is another word for. */
export interface OtherKey {
  /** Keys that are not missing because this one is there. */
  readonly means: readonly string[];
  /** The end of the message; without one another key beside it has told what to write. */
  readonly end: string | undefined;
}

/** Finds the meaning of a key at a place; `fields` is the map that it stands in. */
export type OtherKeyAt = (path: Path, key: string, fields: unknown) => OtherKey | undefined;

interface Subject {
  schema: z.core.$ZodType;
  value: unknown;
  locate: Locate;
  otherKeyAt?: OtherKeyAt;
}

/** The keys that an unknown key was written for: one that is near in spelling, or those that it is another word for. */
export function meantBy(key: string, path: Path, subject: Subject): readonly string[] {
  const known = knownKeys(subject.schema, path);
  const other = subject.otherKeyAt?.(path, key, valueAt(subject.value, path));
  if (other !== undefined) return other.means;
  return [keyBeforeColon(key, known) ?? closest(key, known) ?? key];
}

/** `{ name:web01 }` has no value in YAML, but a key with a colon in it. */
const keyBeforeColon = (key: string, known: readonly string[]): string | undefined =>
  known.find((one) => key.startsWith(`${one}:`));

/** That a key is not known and which one was meant; nothing where a key beside it has said so. */
export function unknownKey(key: string, path: Path, subject: Subject): Problem[] {
  const known = knownKeys(subject.schema, path);
  const fields = valueAt(subject.value, path);
  const other = subject.otherKeyAt?.(path, key, fields);
  if (other !== undefined && other.end === undefined) return [];
  const guess = other?.end ?? didYouMean(key, known);
  const before = keyBeforeColon(key, known);
  if (before !== undefined)
    return [{ ...placeOf([...path, key], subject, "key"), message: `a blank is missing after "${before}:"` }];
  // At the top of a file, what is no word is no key either, and where no key is known the file is of another kind: they
  // may be lines of something that nobody meant to show.
  const isOwn = (one: string): boolean =>
    known.includes(one) || (subject.otherKeyAt?.(path, one, fields)?.means.length ?? 0) > 0;
  const isOtherKind = didYouMean(key, known) === "" && !Object.keys(Object(fields)).some(isOwn);
  const isForeign = path.length === 0 && key !== "<<" && (!/^[\w.-]{1,64}$/.test(key) || isOtherKind);
  if (isForeign || (mayHoldSecret(path) && didYouMean(key, known) === "")) {
    const end = (isOtherKind ? "" : guess) || `; known here: ${known.toSorted().join(", ")}`;
    return [{ ...placeOf(path, subject), message: `unknown key, which is not shown here${end}` }];
  }
  const merge = key === "<<" ? "; merge keys do not belong to YAML 1.2" : "";
  const hint = guess === "" && known.length > 0 ? `; known here: ${known.toSorted().join(", ")}` : guess;
  return [{ ...placeOf([...path, key], subject, "key"), message: `unknown key ${quote(key)}${merge}${hint}` }];
}

/** The place of a value. A key that was made of a secret, as in `community: { public }`, is left out of the path. */
export function placeOf(path: Path, subject: Subject, part?: "key"): Place {
  const firstUnknown = path.findIndex(
    (step, at) =>
      typeof step === "string" &&
      mayHoldSecret(path.slice(0, at)) &&
      !knownKeys(subject.schema, path.slice(0, at)).includes(step) &&
      didYouMean(step, knownKeys(subject.schema, path.slice(0, at))) === "",
  );
  if (firstUnknown === -1) return subject.locate(path, part);
  return { ...subject.locate(path, part), path: formatPath(path.slice(0, firstUnknown)) };
}
