import { refuseAt, type Token, tokensOf } from "./tokens.ts";

/** A value that Python can write down without running anything. Tuples and sets are lists; keys are texts. */
export type Literal = string | number | boolean | null | readonly Literal[] | LiteralMap;
export type LiteralMap = ReadonlyMap<string, Literal>;

/** What `'/%s/' % FOLDER_PATH` stands for: the folder of the file. Checkmk writes it into each rule. */
export const ownFolder = "\u0000folder";

/** Values inside of values: nobody's configuration is deeper, and a hostile one would exhaust the stack. */
const deepest = 60;

/** A place in a list of tokens, which moves on as they are read. */
export interface Reader {
  tokens: readonly Token[];
  at: number;
  file: string;
}

export const readerOf = (text: string, file: string): Reader => ({ tokens: tokensOf(text, file), at: 0, file });

const endToken: Token = { kind: "end", text: "", line: 1, column: 1 };

export const peek = ({ tokens, at }: Reader): Token => tokens[at] ?? tokens.at(-1) ?? endToken;

/** The next token, if it is this sign or name; the reader moves on only then. */
export function take(reader: Reader, text: string): boolean {
  const { kind, text: found } = peek(reader);
  if ((kind !== "sign" && kind !== "name") || found !== text) return false;
  reader.at++;
  return true;
}

/** Refuses what stands there. */
export function refuse(reader: Reader, expected: string): never {
  const token = peek(reader);
  const found = { string: "a string", number: "a number", newline: "the end of the line", end: "the end" };
  const what = token.kind === "name" || token.kind === "sign" ? `"${token.text}"` : found[token.kind];
  return refuseAt(reader.file, token, `expected ${expected}, got ${what}; code is not read`);
}

export function expectSign(reader: Reader, text: string): void {
  if (!take(reader, text)) refuse(reader, `"${text}"`);
}

/** Reads one literal; anything else is refused by its place. */
export function readLiteral(reader: Reader, depth = 0): Literal {
  if (depth > deepest) refuse(reader, `at most ${deepest} brackets inside of each other`);
  const { kind, text } = peek(reader);
  if (kind === "string") return readText(reader);
  if (kind === "number" || text === "-") return readNumber(reader);
  if (take(reader, "[")) return readItems(reader, "]", depth).items;
  if (take(reader, "{")) return readBraces(reader, depth);
  if (take(reader, "(")) {
    const { items, hasComma } = readItems(reader, ")", depth);
    const [only] = items;
    return only !== undefined && items.length === 1 && !hasComma ? only : items;
  }
  if (take(reader, "True")) return true;
  if (take(reader, "False")) return false;
  if (take(reader, "None")) return null;
  return refuse(reader, "a literal");
}

function readText(reader: Reader): string {
  let text = "";
  for (; peek(reader).kind === "string"; reader.at++) text += peek(reader).text;
  if (!take(reader, "%")) return text;
  if (text !== "/%s/" || !take(reader, "FOLDER_PATH")) refuse(reader, "a literal");
  return ownFolder;
}

function readNumber(reader: Reader): number {
  const isNegative = take(reader, "-");
  const { kind, text } = peek(reader);
  const number = Number(text.replaceAll("_", ""));
  if (kind !== "number" || Number.isNaN(number)) refuse(reader, "a number");
  reader.at++;
  return isNegative ? -number : number;
}

function readItems(reader: Reader, end: string, depth: number): { items: Literal[]; hasComma: boolean } {
  const items: Literal[] = [];
  let hasComma = false;
  while (!take(reader, end)) {
    items.push(readLiteral(reader, depth + 1));
    if (take(reader, end)) break;
    expectSign(reader, ",");
    hasComma = true;
  }
  return { items, hasComma };
}

function readBraces(reader: Reader, depth: number): Literal {
  const map = new Map<string, Literal>();
  const set: Literal[] = [];
  while (!take(reader, "}")) {
    const key = readLiteral(reader, depth + 1);
    if (set.length > 0 || !take(reader, ":")) {
      if (map.size > 0) refuse(reader, '":"');
      set.push(key);
    } else map.set(keyOf(key), readLiteral(reader, depth + 1));
    if (take(reader, "}")) break;
    expectSign(reader, ",");
  }
  return set.length > 0 ? set : map;
}

/** The text of a key; Python has tuples and None for keys as well. */
const keyOf = (key: Literal): string => (typeof key === "string" ? key : JSON.stringify(key));

/** Reads a text that is one literal and nothing else. Throws an `InputError` with the place of what is none. */
export function parseLiteral(text: string, file: string): Literal {
  const reader = readerOf(text.trim(), file);
  const value = readLiteral(reader);
  while (peek(reader).kind === "newline") reader.at++;
  if (peek(reader).kind !== "end") refuse(reader, "the end");
  return value;
}

export const isMap = (value: Literal | undefined): value is LiteralMap => value instanceof Map;

/** What lies at a path of keys and places in lists; `undefined` where there is nothing. */
export function lookUp(value: Literal | undefined, ...path: readonly (string | number)[]): Literal | undefined {
  let found = value;
  for (const step of path) {
    if (typeof step === "string") found = isMap(found) ? found.get(step) : undefined;
    else found = Array.isArray(found) ? (found as readonly Literal[])[step] : undefined;
  }
  return found;
}

/** The value as JSON has it: maps become objects, for schemas that read what REST gives. */
export function toJson(value: Literal): unknown {
  if (isMap(value)) return Object.fromEntries([...value].map(([key, inside]) => [key, toJson(inside)]));
  return Array.isArray(value) ? (value as readonly Literal[]).map(toJson) : value;
}
