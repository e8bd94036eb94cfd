import type { z } from "zod";
import type { Problem } from "../../model/text/problem.ts";
import { knownKeys } from "./known-keys.ts";
import { describeValue, guessOf, listValues, notOneOf, type OtherWordsAt } from "./describe-value.ts";
import { formatPath, quote } from "./place.ts";
import type { Locate, Path } from "./place.ts";
import { mayHoldSecret } from "./secret-place.ts";
import { closest } from "./suggest.ts";
import { meantBy, placeOf, unknownKey } from "./unknown-key.ts";
import type { OtherKeyAt } from "./unknown-key.ts";
import { valueAt } from "./value-at.ts";

type Issue = z.core.$ZodIssue;
type UnionIssue = Extract<Issue, { code: "invalid_union" }>;

interface Subject {
  schema: z.core.$ZodType;
  /** The value that was validated. */
  value: unknown;
  locate: Locate;
  /** What can be written at a path in place of its value, as a line that ends the message; absent where there is none. */
  exampleAt?: (path: Path, value: unknown) => string | undefined;
  /** Another end of the message of a value that is refused for a cause of its own, told by what the schema says of it. */
  remedyFor?: (path: Path, facts: Readonly<Record<string, unknown>>) => string | undefined;
  otherWordsAt?: OtherWordsAt;
  otherKeyAt?: OtherKeyAt;
}

/**
 * What a zod schema found wrong, as problems in plain English with a place each. An unknown key is placed at the key,
 * a missing key at the map that lacks it, anything else at the wrong value. A failed union becomes the problems of the
 * branch that was evidently meant, or one sentence of what is allowed. What stands where SNMP credentials belong is never
 * repeated, whether it is a value or, after a slip of a bracket, a key.
 */
export function schemaProblems(issues: readonly Issue[], subject: Subject): Problem[] {
  return describeAll(issues, [], subject);
}

/**
 * A key that is missing because it is misspelt, or because another word stands there, is reported once, where it stands;
 * so is what is refused for the want of that key.
 */
function describeAll(issues: readonly Issue[], base: Path, subject: Subject): Problem[] {
  const misspelt = new Set(
    issues.flatMap((issue) => {
      if (issue.code !== "unrecognized_keys") return [];
      const path = [...base, ...issue.path];
      return issue.keys.flatMap((key) => meantBy(key, path, subject)).map((key) => formatPath([...path, key]));
    }),
  );
  const isMisspelt = (issue: Issue): boolean => {
    const whole = [...base, ...issue.path];
    if (wantedKeys(issue).some((key) => misspelt.has(formatPath([...whole, key])))) return true;
    return issue.path.length > 0 && misspelt.has(formatPath(whole)) && valueAt(subject.value, whole) === undefined;
  };
  return issues.filter((issue) => !isMisspelt(issue)).flatMap((issue) => describe(issue, base, subject));
}

/** The keys of a map for the want of which it is refused, as the schema names them. */
function wantedKeys(issue: Issue): readonly string[] {
  const wanted: unknown = issue.code === "custom" ? issue.params?.["wants"] : undefined;
  return Array.isArray(wanted) ? wanted.map(String) : [];
}

function describe(issue: Issue, base: Path, subject: Subject): Problem[] {
  const path = [...base, ...issue.path];
  const at = (message: string): Problem[] => [{ ...placeOf(path, subject), message }];
  const value = valueAt(subject.value, path);
  const got = describeValue(value, path);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.flatMap((key) => unknownKey(key, path, subject));
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
              : issue.expected === "array" && isListWithoutBlanks(value)
                ? '; a blank is missing after each "-"'
                : isForm(issue.expected) || (issue.expected === "string" && Array.isArray(value))
                  ? toWrite(path, subject)
                  : "";
      return at(`expected ${typeNames[issue.expected] ?? issue.expected}, got ${got}${remedy}`);
    }
    case "invalid_value":
      return at(notOneOf(value, issue.values, path, subject.otherWordsAt));
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
function toWrite(path: Path, { exampleAt, value }: Subject): string {
  const example = mayHoldSecret(path.slice(0, -1)) ? undefined : exampleAt?.(path, valueAt(value, path));
  return example === undefined ? "" : `; write ${example}`;
}

/** A branch whose complaint is about a part of the value, not about its kind, is the one that was meant. */
function describeUnion(issue: UnionIssue, path: Path, subject: Subject): Problem[] {
  const value = valueAt(subject.value, path);
  if (issue.discriminator !== undefined && "options" in issue) {
    if (value !== undefined)
      return [{ ...placeOf(path, subject), message: notOneOf(value, issue.options ?? [], path, subject.otherWordsAt) }];
    const parent = path.slice(0, -1);
    const known = knownKeys(subject.schema, parent);
    const others = Object.keys(Object(valueAt(subject.value, parent))).filter((key) => !known.includes(key));
    const slip = closest(String(path.at(-1)), others);
    if (slip !== undefined) return unknownKey(slip, parent, subject);
    return [missingKey(path, subject, `; it is one of ${listValues(issue.options ?? [])}`)];
  }
  if (value === undefined && path.length > 0) return [missingKey(path, subject)];
  const words = wordsOf(issue);
  if (words !== undefined)
    return [{ ...placeOf(path, subject), message: notOneOf(value, words, path, subject.otherWordsAt) }];
  const meant = issue.errors
    .filter((errors) => !errors.some((error) => error.path.length === 0 && isAboutKind(error)))
    .toSorted((a, b) => a.length - b.length);
  const [best, second] = meant;
  if (best !== undefined && (second === undefined || best.length < second.length)) {
    return describeAll(best, path, subject);
  }
  const known = knownKeys(subject.schema, path);
  const slips = Object.keys(Object(value)).filter((key) => !known.includes(key) && closest(key, known) !== undefined);
  if (slips.length > 0 && !Array.isArray(value)) return slips.flatMap((key) => unknownKey(key, path, subject));
  const got = describeValue(value, path);
  if (issue.message !== "Invalid input") {
    const hint = guessOf(value, literalsOf(issue), path, subject.otherWordsAt) || toWrite(path, subject);
    return [{ ...placeOf(path, subject), message: `${issue.message}, got ${got}${hint}` }];
  }
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

/** The words that a union takes beside other forms. */
const literalsOf = ({ errors }: UnionIssue): readonly unknown[] =>
  errors.flat().flatMap((error) => (error.code === "invalid_value" && error.path.length === 0 ? error.values : []));

function missingKey(path: Path, subject: Subject, hint = ""): Problem {
  return {
    ...placeOf(path.slice(0, -1), subject),
    message: `the key ${quote(String(path.at(-1)))} is missing${hint || toWrite(path, subject)}`,
  };
}

function isAboutKind(issue: Issue): boolean {
  return issue.code === "invalid_type" || issue.code === "invalid_value";
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

/** `-name: web01` without a blank after the dash is a map in YAML. */
const isListWithoutBlanks = (value: unknown): boolean =>
  typeof value === "object" && Object.keys(Object(value)).some((key) => /^-\w/.test(key));

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
