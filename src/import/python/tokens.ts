import { InputError } from "../../model/text/problem.ts";
import { cutTo } from "../../model/text/printable.ts";

/** A piece of a Python text that has literals only. Lines and columns count from 1. */
export interface Token {
  kind: "string" | "number" | "name" | "sign" | "newline" | "end";
  /** As it was written; of a string, what it stands for. */
  text: string;
  line: number;
  column: number;
}

const pattern =
  /[ \t\f\r]+|\\\r?\n|#[^\n]*|(?<newline>\n)|(?<prefix>[rRbBuU]{0,2})(?<quote>"""|'''|"|')|(?<number>0[xX][\da-fA-F]+|(?:\d[\d_]*)?\.?\d[\d_]*\.?(?:[eE][+-]?\d+)?)|(?<name>[A-Za-z_]\w*)|(?<sign>\+=|[()[\]{},:=+.%-])/y;

/** Refuses a text with the place of what was not expected. */
export function refuseAt(file: string, { line, column }: Pick<Token, "line" | "column">, message: string): never {
  throw new InputError([{ file, line, column, message }]);
}

/** Cuts a text into tokens. Line breaks inside of brackets mean nothing and are left out. */
export function tokensOf(text: string, file: string): Token[] {
  const tokens: Token[] = [];
  let [line, lineStart, depth] = [1, 0, 0];
  for (let at = 0; at < text.length;) {
    const place = { line, column: at - lineStart + 1 };
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null) {
      refuseAt(file, place, `"${cutTo(20, text.slice(at, at + 60))}" is no Python literal; code is not read`);
    }
    const { newline, prefix = "", quote, number, name, sign } = match.groups ?? {};
    let end = at + match[0].length;
    if (quote !== undefined) {
      const read = readString(text, end, { quote, isRaw: /r/i.test(prefix) });
      if (read === undefined) refuseAt(file, place, "a string is opened and never closed");
      tokens.push({ kind: "string", text: read.value, ...place });
      end = read.end;
    } else if (number !== undefined) tokens.push({ kind: "number", text: number, ...place });
    else if (name !== undefined) tokens.push({ kind: "name", text: name, ...place });
    else if (sign !== undefined) {
      if ("([{".includes(sign)) depth++;
      if (")]}".includes(sign)) depth = Math.max(0, depth - 1);
      tokens.push({ kind: "sign", text: sign, ...place });
    } else if (newline !== undefined && depth === 0) tokens.push({ kind: "newline", text: "\n", ...place });
    for (let next = text.indexOf("\n", at); next !== -1 && next < end; next = text.indexOf("\n", next + 1)) {
      line++;
      lineStart = next + 1;
    }
    at = end;
  }
  tokens.push({ kind: "end", text: "", line, column: text.length - lineStart + 1 });
  return tokens;
}

const escapes: Readonly<Record<string, string>> = {
  "\n": "",
  "\\": "\\",
  "'": "'",
  '"': '"',
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

const escape =
  /^\\(?:x(?<two>[\da-fA-F]{2})|u(?<four>[\da-fA-F]{4})|U(?<eight>[\da-fA-F]{8})|(?<octal>[0-7]{1,3})|(?<one>[\s\S]))/;

/** The value of a string whose opening quote ends at `from`, and where it ends; `undefined` if it does not. */
function readString(
  text: string,
  from: number,
  { quote, isRaw }: { quote: string; isRaw: boolean },
): { value: string; end: number } | undefined {
  let value = "";
  for (let at = from; at < text.length;) {
    if (text.startsWith(quote, at)) return { value, end: at + quote.length };
    const character = text[at] ?? "";
    if (character === "\n" && quote.length === 1) return undefined;
    if (character !== "\\") {
      value += character;
      at++;
      continue;
    }
    const match = escape.exec(text.slice(at, at + 10));
    if (match?.groups === undefined) return undefined;
    const [whole] = match;
    const { two, four, eight, octal, one = "" } = match.groups;
    const digits = two ?? four ?? eight;
    const code = digits === undefined ? (octal === undefined ? undefined : parseInt(octal, 8)) : parseInt(digits, 16);
    if (code !== undefined && code > 0x10ffff) return undefined;
    value += isRaw ? whole : code === undefined ? (escapes[one] ?? whole) : String.fromCodePoint(code);
    at += whole.length;
  }
  return undefined;
}
