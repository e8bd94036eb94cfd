import { Lexer } from "yaml";
import type { YAMLError } from "yaml";

/** Something wrong at an offset of the text. */
export interface TextProblem {
  offset: number;
  message: string;
}

/** Clearer words for the parser's codes that need nothing but the code. */
const clearer: Record<string, string> = {
  TAB_AS_INDENT: "a tab cannot indent YAML; use spaces",
  BLOCK_AS_IMPLICIT_KEY: 'a second "key: value" on one line; put the value in quotes or on its own line',
  NON_STRING_KEY: "a key must be plain text",
  TAG_RESOLVE_FAILED: "a tag (!name) that YAML 1.2 does not know; put a text that begins with ! in quotes",
  BAD_DQ_ESCAPE: "within \"…\" a backslash has a meaning of its own; write '…' around a text with backslashes",
};

const blankAfterColon = "a blank is missing after the colon";
const otherColumn = "this line begins in another column than the lines that it belongs to; indent it as they are";
const tooDeep =
  "this line is indented deeper than the one above, which has its value already; begin both in one column";

/**
 * What the parser found, in the words of somebody who writes a topology, where the hand has to go: at the bracket that
 * is not closed and not at the end of the file. A line has one problem; most others on it follow from the first. No
 * message repeats a piece of the text, which may be a secret.
 */
export function inPlainWords(errors: readonly YAMLError[], text: string): TextProblem[] {
  const said = new Map<number, TextProblem>();
  const source: Source = { text, lexemes: lexemes(text) };
  for (const [at, error] of errors.toSorted((a, b) => a.pos[0] - b.pos[0]).entries()) {
    const problem = at < mostInWords ? inWords(error, source) : asParserSays(error);
    const line = lineAround(text, problem.offset).start;
    if (!said.has(line)) said.set(line, problem);
  }
  return [...said.values()];
}

/** So many are looked at closely, which goes through the text each time; nobody reads more of them. */
const mostInWords = 60;

/** The text and its words and signs. */
interface Source {
  text: string;
  lexemes: readonly Lexeme[];
}

function inWords(error: YAMLError, source: Source): TextProblem {
  const { text } = source;
  const offset = Math.min(error.pos[0], text.length);
  const found = ofLine(error, text, offset) ?? ofBracket(error, source, offset) ?? ofQuote(error, source, offset);
  if (found !== undefined) return found;
  const sign = text[offset] ?? "";
  const say = (message: string): TextProblem => ({ offset, message });
  if (error.code === "BAD_SCALAR_START") return say(`a value cannot begin with "${sign}"; put it in quotes`);
  if (error.message.startsWith("Missing ,")) return say("a comma is missing before this");
  if (error.message.startsWith("Unexpected ,")) return say("a comma too many");
  if (error.message.startsWith("Missing space after :")) return say(blankAfterColon);
  if (error.message.startsWith("Comments must be separated")) return say('a blank is missing before "#"');
  return asParserSays(error);
}

/** What the parser says after a colon is a piece of the text, which may be a secret if it is more than signs. */
const asParserSays = ({ code, message, pos }: YAMLError): TextProblem => ({
  offset: pos[0],
  message: clearer[code] ?? message.replace(/: .*\w.*$/s, ""),
});

/** Faults that the line shows: a tab, a missing blank, another column. */
function ofLine({ code, message }: YAMLError, text: string, offset: number): TextProblem | undefined {
  const { start, line } = lineAround(text, offset);
  const indent = /^[ \t]*/.exec(line)?.[0] ?? "";
  if (code !== "TAB_AS_INDENT" && /INDENT|IMPLICIT_KEY/.test(code) && indent.includes("\t"))
    return { offset: start + indent.indexOf("\t"), message: clearer["TAB_AS_INDENT"] ?? "" };
  if (/^All (?:mapping|sequence) items/.test(message)) return { offset: start + indent.length, message: otherColumn };
  if (!/IMPLICIT_KEY/.test(code) && !/^(?:Implicit map keys|Sequence item without)/.test(message)) return undefined;
  if (/^[ \t]*- /.test(line) && offset <= start + indent.length)
    return { offset: start + indent.length, message: otherColumn };
  const dash = /^[ \t]*-(?=[^\s-])/.exec(line)?.[0];
  if (dash !== undefined) return { offset: start + dash.length, message: 'a blank is missing after the "-"' };
  const colon = /^[ \t]*(?:- +)?[\w-]+:(?=[^\s/])/.exec(line)?.[0];
  if (colon !== undefined) return { offset: start + colon.length, message: blankAfterColon };
  const next = lineAround(text, start + line.length + 1);
  const nextIndent = /^[ \t]*/.exec(next.line)?.[0] ?? "";
  if (next.start > start && nextIndent.length > indent.length && /:[ \t]+\S/.test(line))
    return { offset: next.start + nextIndent.length, message: tooDeep };
  if (code === "BLOCK_AS_IMPLICIT_KEY") return undefined;
  if (isPair(line)) return { offset: start + indent.length, message: otherColumn };
  return { offset: start + indent.length, message: 'this is no "key: value"; a colon and a blank belong behind a key' };
}

/** `key: value`, or the key alone before what belongs to it. */
const isPair = (line: string): boolean => /^[ \t]*[\w-]+:(?:[ \t]|$)/.test(line);

/** A bracket without its partner, at the bracket. */
function ofBracket(
  { code, message }: YAMLError,
  { text, lexemes: all }: Source,
  offset: number,
): TextProblem | undefined {
  const isOpen = code === "BLOCK_IN_FLOW" || /\bend with a [}\]]$/.test(message);
  const sign = text[offset] ?? "";
  const isClosing = code === "UNEXPECTED_TOKEN" && /-(?:map|seq)-end\b/.test(message);
  if (!isOpen) return isClosing ? { offset, message: `this "${sign}" closes nothing` } : undefined;
  const open: { sign: string; offset: number }[] = [];
  for (const lexeme of all) {
    if (lexeme.offset >= offset) break;
    if (lexeme.source === "{" || lexeme.source === "[") open.push({ sign: lexeme.source, offset: lexeme.offset });
    if (lexeme.source === "}" || lexeme.source === "]") open.pop();
  }
  const last = open.at(-1);
  if (last === undefined) return undefined;
  if (code === "BLOCK_IN_FLOW" && lineAround(text, last.offset).start === lineAround(text, offset).start)
    return { offset, message: "a comma is missing between two keys, or the value belongs in quotes" };
  return { offset: last.offset, message: `this "${last.sign}" is not closed; add "${last.sign === "{" ? "}" : "]"}"` };
}

/** A quote without its partner, at the quote. */
function ofQuote(
  { code, message }: YAMLError,
  { text, lexemes: all }: Source,
  offset: number,
): TextProblem | undefined {
  const isOpen = message.startsWith("Missing closing");
  if (!isOpen && code !== "UNEXPECTED_TOKEN") return undefined;
  const quoted = all.findLast((one) => one.offset < offset && /^["']/.test(one.source));
  if (quoted === undefined) return undefined;
  const sign = quoted.source[0] ?? "";
  if (isOpen) return { offset: quoted.offset, message: `this quote (${sign}) is not closed` };
  const end = quoted.offset + quoted.source.length;
  if (lineAround(text, end).start !== lineAround(text, offset).start) return undefined;
  // A quote that is not closed ends where the next text in quotes begins.
  if (quoted.source.includes("\n")) return { offset: quoted.offset, message: `this quote (${sign}) is not closed` };
  return { offset, message: "there is text after the closing quote; put all of the value in quotes, or none of it" };
}

interface Lexeme {
  source: string;
  offset: number;
}

/** What the lexer says between the words of a text, such as where a document begins. */
const marks = new Set(["\u0002", "\u0018", "\u001F"]);

/** The words and signs of a text with their places; the lexer's marks that are not in the text are left out. */
function lexemes(text: string): Lexeme[] {
  let offset = 0;
  const found: Lexeme[] = [];
  for (const source of new Lexer().lex(text)) {
    if (marks.has(source)) continue;
    found.push({ source, offset });
    offset += source.length;
  }
  return found;
}

function lineAround(text: string, offset: number): { start: number; line: string } {
  const start = offset > text.length ? text.length : text.lastIndexOf("\n", offset - 1) + 1;
  const end = text.indexOf("\n", start);
  return { start, line: text.slice(start, end === -1 ? text.length : end).replace(/\r$/, "") };
}
