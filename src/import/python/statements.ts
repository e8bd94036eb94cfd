import { expectSign, type Literal, peek, type Reader, readerOf, readLiteral, refuse, take } from "./literal.ts";

/** What one line of a `.mk` file does to a variable, or to what lies below keys of it. */
export interface Statement {
  name: string;
  keys: readonly Literal[];
  /** `set` puts the values before what was there; the others are methods of lists and dictionaries, and `+=`. */
  action: "set" | "add" | "update" | "setdefault" | "insert" | "extend" | "append";
  /** What is set, or the arguments. */
  values: readonly Literal[];
  line: number;
}

const methods = ["update", "setdefault", "insert", "extend", "append"] as const;
type Method = (typeof methods)[number];
const isMethod = (name: string): name is Method => (methods as readonly string[]).includes(name);

/**
 * Reads a file of assignments as Checkmk writes them: literals, and sums of literals with the variable itself. Nothing is
 * evaluated; any other line, such as a condition or a call, throws an `InputError` that names it.
 */
export function readStatements(text: string, file: string): Statement[] {
  const reader = readerOf(text, file);
  const statements: Statement[] = [];
  for (;;) {
    while (peek(reader).kind === "newline") reader.at++;
    if (peek(reader).kind === "end") return statements;
    statements.push(readStatement(reader));
    const { kind } = peek(reader);
    if (kind !== "newline" && kind !== "end") refuse(reader, "the end of the line");
  }
}

function readStatement(reader: Reader): Statement {
  const { line } = peek(reader);
  const { name, keys } = readTarget(reader);
  if (take(reader, "=")) return { name, keys, action: "set", values: readSum(reader), line };
  if (take(reader, "+=")) return { name, keys, action: "add", values: readSum(reader), line };
  if (!take(reader, ".")) refuse(reader, "an assignment of a literal");
  const { kind, text } = peek(reader);
  if (kind !== "name" || !isMethod(text)) refuse(reader, `one of ${methods.join(", ")}`);
  reader.at++;
  expectSign(reader, "(");
  const values = readArguments(reader);
  // globals().setdefault('agent_ports', []) speaks of the variable that it names.
  const [first, ...others] = values;
  const isOfAll = name === "globals()" && typeof first === "string";
  return isOfAll
    ? { name: first, keys, action: text, values: others, line }
    : { name, keys, action: text, values, line };
}

function readTarget(reader: Reader): { name: string; keys: Literal[] } {
  const { kind, text } = peek(reader);
  if (kind !== "name") refuse(reader, "the name of a variable");
  reader.at++;
  const keys: Literal[] = [];
  if (text === "globals" && take(reader, "(")) {
    expectSign(reader, ")");
    return { name: "globals()", keys };
  }
  while (take(reader, "[")) {
    keys.push(readLiteral(reader));
    expectSign(reader, "]");
  }
  return { name: text, keys };
}

/** Literals that are added up; the variables among them, which stand for what was there, are left out. */
function readSum(reader: Reader): Literal[] {
  const values: Literal[] = [];
  do {
    const { kind, text } = peek(reader);
    if (kind === "name" && !["True", "False", "None"].includes(text)) readTarget(reader);
    else values.push(readLiteral(reader));
  } while (take(reader, "+"));
  return values;
}

function readArguments(reader: Reader): Literal[] {
  const values: Literal[] = [];
  while (!take(reader, ")")) {
    values.push(readLiteral(reader));
    if (take(reader, ")")) break;
    expectSign(reader, ",");
  }
  return values;
}
