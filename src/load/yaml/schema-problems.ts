import type { z } from "zod";
import type { Problem } from "../../model/text/problem.ts";
import { knownKeys } from "./known-keys.ts";
import { formatPath, quote } from "./place.ts";
import type { Locate, Path, Place } from "./place.ts";
import { isSecret, mayHoldSecret } from "./secret-place.ts";
import { didYouMean, listNames } from "./suggest.ts";

type Issue = z.core.$ZodIssue;
type UnionIssue = Extract<Issue, { code: "invalid_union" }>;

interface Subject {
  schema: z.core.$ZodType;
  /** The value that was validated. */
  value: unknown;
  locate: Locate;
  /** What can be written at a path, as a line that ends the message; absent where there is none. */
  exampleAt?: (path: Path) => string | undefined;
  /** Another end of the message of a value that is refused for a cause of its own, told by what the schema says of it. */
  remedyFor?: (path: Path, facts: Readonly<Record<string, unknown>>) => string | undefined;
}

/**
 * What a zod schema found wrong, as problems in plain English with a place each. An unknown key is placed at the key,
 * a missing key at the map that lacks it, anything else at the wrong value. A failed union becomes the problems of the
 * branch that was evidently meant, or one sentence of what is allowed. What stands where SNMP credentials belong is never
 * repeated, whether it is a value or, after a slip of a bracket, a key.
 */
export function schemaProblems(issues: readonly Issue[], subject: Subject): Problem[] {
  return issues.flatMap((issue) => describe(issue, [], subject));
}

function describe(issue: Issue, base: Path, subject: Subject): Problem[] {
  const path = [...base, ...issue.path];
  const at = (message: string): Problem[] => [{ ...placeOf(path, subject), message }];
  const value = valueAt(subject.value, path);
  const got = describeValue(value, path);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => unknownKey(key, path, subject));
    case "invalid_union":
      return describeUnion(issue, path, subject);
    case "invalid_type": {
      if (value === undefined && path.length > 0) return [missingKey(path, subject)];
      const remedy =
        expectsNumber(issue.expected) && typeof value === "string" && /^\d+$/.test(value)
          ? "; leave out the quotes"
          : issue.expected === "string" && (typeof value === "number" || typeof value === "boolean")
            ? "; put it in quotes"
            : value === null
              ? "; fill it in or leave the key out"
              : isForm(issue.expected)
                ? toWrite(path, subject)
                : "";
      return at(`expected ${typeNames[issue.expected] ?? issue.expected}, got ${got}${remedy}`);
    }
    case "invalid_value":
      return at(notOneOf(value, issue.values, path));
    case "too_big":
    case "too_small":
      return at(describeSize(issue, value, got));
    case "invalid_format":
      return at(`${issue.message.startsWith("Invalid ") ? `expected ${issue.format}` : issue.message}, got ${got}`);
    default:
      return at(`${issue.message}${remedyOf(issue, path, subject)}`);
  }
}

function remedyOf(issue: Issue, path: Path, { remedyFor }: Subject): string {
  const facts = issue.code === "custom" ? issue.params : undefined;
  const line = facts === undefined ? undefined : remedyFor?.(path, facts);
  return line === undefined ? "" : `; write ${line}`;
}

/** `; write sites: [main]` where the subject has an example for that place, and it is no place for a secret. */
function toWrite(path: Path, { exampleAt }: Subject): string {
  const example = mayHoldSecret(path.slice(0, -1)) ? undefined : exampleAt?.(path);
  return example === undefined ? "" : `; write ${example}`;
}

/** A branch whose complaint is about a part of the value, not about its kind, is the one that was meant. */
function describeUnion(issue: UnionIssue, path: Path, subject: Subject): Problem[] {
  const value = valueAt(subject.value, path);
  if (issue.discriminator !== undefined && "options" in issue) {
    if (value !== undefined)
      return [{ ...placeOf(path, subject), message: notOneOf(value, issue.options ?? [], path) }];
    return [missingKey(path, subject, `; it is one of ${listValues(issue.options ?? [])}`)];
  }
  if (value === undefined && path.length > 0) return [missingKey(path, subject)];
  const words = wordsOf(issue);
  if (words !== undefined) return [{ ...placeOf(path, subject), message: notOneOf(value, words, path) }];
  const meant = issue.errors
    .filter((errors) => !errors.some((error) => error.path.length === 0 && isAboutKind(error)))
    .toSorted((a, b) => a.length - b.length);
  const [best, second] = meant;
  if (best !== undefined && (second === undefined || best.length < second.length)) {
    return best.flatMap((error) => describe(error, path, subject));
  }
  const got = describeValue(value, path);
  if (issue.message !== "Invalid input")
    return [{ ...placeOf(path, subject), message: `${issue.message}, got ${got}${toWrite(path, subject)}` }];
  const kinds = issue.errors.flatMap((errors) =>
    errors.flatMap((error) => (error.code === "invalid_type" ? [typeNames[error.expected] ?? error.expected] : [])),
  );
  return [
    {
      ...placeOf(path, subject),
      message: `expected ${[...new Set(kinds)].join(" or ")}, got ${got}${toWrite(path, subject)}`,
    },
  ];
}

/** The words that a union takes whatever their case, where it takes nothing else. */
function wordsOf({ errors }: UnionIssue): readonly unknown[] | undefined {
  const all = errors.flat();
  const words = all.flatMap((error) => (error.code === "invalid_value" ? error.values : []));
  const isOfWord = (error: Issue): boolean =>
    error.path.length === 0 &&
    (/^invalid_(?:value|format)$/.test(error.code) || (error.code === "invalid_type" && error.expected === "string"));
  return words.length > 0 && errors.length === 2 && all.length === 2 && all.every(isOfWord) ? words : undefined;
}

function missingKey(path: Path, subject: Subject, hint = ""): Problem {
  return {
    ...placeOf(path.slice(0, -1), subject),
    message: `the key ${quote(String(path.at(-1)))} is missing${hint || toWrite(path, subject)}`,
  };
}

function isAboutKind(issue: Issue): boolean {
  return issue.code === "invalid_type" || issue.code === "invalid_value";
}

function unknownKey(key: string, path: Path, subject: Subject): Problem {
  const known = knownKeys(subject.schema, path);
  const guess = didYouMean(key, known);
  // At the top of a file, what is no word is no key either, and where no key is known the file is of another kind: they
  // may be lines of something that nobody meant to show.
  const isOtherKind =
    guess === "" && !Object.keys(Object(valueAt(subject.value, path))).some((one) => known.includes(one));
  const isForeign = path.length === 0 && key !== "<<" && (!/^[\w.-]{1,64}$/.test(key) || isOtherKind);
  if (isForeign || (mayHoldSecret(path) && guess === "")) {
    const message = `unknown key, which is not shown here; known here: ${known.toSorted().join(", ")}`;
    return { ...placeOf(path, subject), message };
  }
  const merge = key === "<<" ? "; merge keys do not belong to YAML 1.2" : "";
  const hint = guess === "" && known.length > 0 ? `; known here: ${known.toSorted().join(", ")}` : guess;
  return { ...placeOf([...path, key], subject, "key"), message: `unknown key ${quote(key)}${merge}${hint}` };
}

const typeNames: Record<string, string> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "{ key: value }",
  record: "{ key: value }",
};

/** What is written with brackets, which a message can show best by an example. */
const isForm = (expected: string): boolean => ["array", "object", "record"].includes(expected);

function expectsNumber(expected: string): boolean {
  return expected === "number" || expected === "int";
}

/** Numbers from 1 to 65535 are ports everywhere in the model. */
function describeSize(issue: Extract<Issue, { code: "too_big" | "too_small" }>, value: unknown, got: string): string {
  const isPort = issue.code === "too_big" ? issue.maximum === 65_535 : issue.minimum === 1;
  if (typeof value === "number") {
    if (!isPort) return `${got} is out of range`;
    if (Number.isInteger(value)) return `port ${value} is out of range: 1 to 65535`;
    return `expected a port, a whole number from 1 to 65535, got ${got}`;
  }
  if (!/^Too (?:big|small)/.test(issue.message)) return `${issue.message}, got ${got}`;
  const bound = issue.code === "too_big" ? `at most ${issue.maximum}` : `at least ${issue.minimum}`;
  if (Array.isArray(value)) return value.length === 0 ? "the list is empty" : `expected ${bound} entries, got ${got}`;
  return value === "" ? "the text is empty" : `expected ${bound} characters, got ${got}`;
}

function notOneOf(value: unknown, allowed: readonly unknown[], path: Path): string {
  const words = allowed.map(String);
  const guess = typeof value === "string" && !isSecret(path, value) ? didYouMean(value, words) : "";
  if (words.length === 1 && typeof value !== "string") {
    return `expected ${words[0]}, got ${describeValue(value, path)}`;
  }
  if (value === undefined) return `the key is missing; it is one of ${listValues(allowed)}`;
  return `${describeValue(value, path)} is not one of ${listValues(allowed)}${guess}`;
}

function listValues(allowed: readonly unknown[]): string {
  const words = [...new Set(allowed.map(String))];
  return words.length > 8 ? listNames(words) : words.join(", ");
}

/** A value as a message may show it; what stands where a secret may stand is not shown. */
function describeValue(value: unknown, path: Path): string {
  if (value === undefined || value === null) return "nothing";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object") return "a map";
  if (isSecret(path, value)) return "a value that is not shown here";
  if (path.length === 0) return "plain text"; // not a topology at all; who knows what it is
  return typeof value === "string" ? quote(value) : String(value);
}

/** The place of a value. A key that was made of a secret, as in `community: { public }`, is left out of the path. */
function placeOf(path: Path, subject: Subject, part?: "key"): Place {
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

function valueAt(value: unknown, path: Path): unknown {
  let current = value;
  for (const step of path) {
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, step)) return undefined;
    current = (current as Record<PropertyKey, unknown>)[step];
  }
  return current;
}
