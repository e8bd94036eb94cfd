import { Composer, Lexer, Parser, isScalar } from "yaml";
import type { CST, LineCounter, ParsedNode } from "yaml";
import { inPlainWords, type TextProblem } from "./plain-words.ts";

/** Deepest nesting of maps and lists; a topology needs 7 levels, a catalog 8. */
const deepestNesting = 64;
const secondDocument = "a second document begins here; one file contains one document";
/** Tokens in one document: 30,000 hosts written out in YAML. More belong into ranges or a CSV include. */
const mostTokens = 2_000_000;

/**
 * Text to a YAML tree, as far as is safe: tokens are counted and nesting is measured while they come in, so that a
 * hostile file is refused before anything recursive looks at it. `root` is null for a document without content.
 */
export function composeYaml(text: string, lines: LineCounter): { root: ParsedNode | null; problems: TextProblem[] } {
  lines.addNewLine(0);
  const tokens = tokenize(text, lines);
  if ("message" in tokens) return { root: null, problems: [tokens] };
  const composer = new Composer({
    version: "1.2",
    schema: "core",
    resolveKnownTags: false,
    merge: false,
    stringKeys: true,
    uniqueKeys: false, // quadratic in the parser; readValue does it with a set
    prettyErrors: false,
    logLevel: "silent",
  });
  const documents = [...composer.compose(tokens.list, true, text.length)];
  const errors = documents.flatMap((document) => [...document.errors, ...document.warnings]);
  const problems = errors.length === 0 ? [] : inPlainWords(errors, text);
  const [first, second] = documents;
  if (second !== undefined) problems.push({ offset: second.range[0], message: secondDocument });
  const root = first?.contents ?? null;
  const empty = isScalar(root) && root.value === null && root.source === "" && root.tag === undefined;
  return { root: empty ? null : root, problems };
}

function tokenize(text: string, lines: LineCounter): { list: CST.Token[] } | TextProblem {
  const parser = new Parser(lines.addNewLine);
  const list: CST.Token[] = [];
  let count = 0;
  let offset = 0;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) list.push(token);
    // The stack also holds the document and the scalar being read.
    if (parser.stack.length > deepestNesting + 2) {
      return { offset, message: `nested more than ${deepestNesting} levels deep; no document needs that` };
    }
    if (++count > mostTokens) {
      return {
        offset,
        message: "more than 2,000,000 words and signs in one file; list many hosts as ranges or in a CSV include",
      };
    }
    offset = parser.offset;
  }
  for (const token of parser.end()) list.push(token);
  return { list };
}
