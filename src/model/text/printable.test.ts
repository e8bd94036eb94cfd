import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { escapeUnseen, escapeUnseenByLine, plainText, plainTexts, printable } from "./printable.ts";
import { formatProblem, InputError } from "./problem.ts";

/** Spelled out by code points, and not by the classes that the cleaner uses. */
const invisible: readonly [string, number, number][] = [
  ["C0", 0x00, 0x1f],
  ["DEL and C1", 0x7f, 0x9f],
  ["no-break space", 0xa0, 0xa0],
  ["soft hyphen", 0xad, 0xad],
  ["combining grapheme joiner", 0x34f, 0x34f],
  ["Arabic letter mark", 0x61c, 0x61c],
  ["Hangul fillers", 0x115f, 0x1160],
  ["Khmer inherent vowels", 0x17b4, 0x17b5],
  ["Mongolian selectors", 0x180b, 0x180f],
  ["wide and thin blanks, zero width, marks of direction", 0x2000, 0x200f],
  ["line and paragraph separators, embeddings, overrides", 0x2028, 0x202f],
  ["mathematical blank, joiners, isolates", 0x205f, 0x206f],
  ["Braille blank", 0x2800, 0x2800],
  ["ideographic blank", 0x3000, 0x3000],
  ["Hangul filler", 0x3164, 0x3164],
  ["half characters", 0xd800, 0xdfff],
  ["private use", 0xe000, 0xe0ff],
  ["variation selectors", 0xfe00, 0xfe0f],
  ["byte order mark", 0xfeff, 0xfeff],
  ["halfwidth Hangul filler", 0xffa0, 0xffa0],
  ["interlinear annotation", 0xfff0, 0xfffb],
  ["musical signs without ink", 0x1d159, 0x1d159],
  ["musical controls", 0x1d173, 0x1d17a],
  ["tags", 0xe0000, 0xe007f],
  ["further variation selectors", 0xe0100, 0xe01ef],
];
const isInvisible = (character: string): boolean => {
  const code = character.codePointAt(0) ?? 0;
  return invisible.some(([, first, last]) => code >= first && code <= last);
};
const invisibleCharacter = fc
  .constantFrom(...invisible)
  .chain(([, first, last]) => fc.integer({ min: first, max: last }).map((code) => String.fromCodePoint(code)));
const commandPiece = fc.constantFrom("::", "##[", "##vso[", "error", " file=x", "]", "#", ":", "\n", "\r", " ");
const anything = fc
  .array(fc.oneof(invisibleCharacter, commandPiece, fc.string({ unit: "binary", maxLength: 5 })), { maxLength: 12 })
  .map((pieces) => pieces.join(""));

/** What a runner of CI jobs would obey if it stood in a log. */
const commands =
  /##\[|##vso\[|^\s*::(?:add-mask|debug|echo|endgroup|error|group|notice|set-env|stop-commands|warning)/im;

describe.each([
  ["plainText", plainText],
  ["escapeUnseen", escapeUnseen],
  ["printable", (text: string) => printable(text, 1_000)],
  ["formatProblem", (text: string) => formatProblem({ file: text, path: text, message: text })],
  ["InputError", (text: string) => new InputError([{ file: "f", message: text }]).message],
])("%s", (_name, clean) => {
  it.each(invisible)("shows nothing of: %s", (_what, first, last) => {
    for (let code = first; code <= last; code++) {
      expect(Array.from(clean(`a${String.fromCodePoint(code)}b`)).filter(isInvisible)).toEqual([]);
    }
  });
  it("lets nothing invisible and no command of a CI job through, whatever comes in", () => {
    fc.assert(
      fc.property(anything, (text) => {
        const cleaned = clean(text);
        expect(Array.from(cleaned).filter(isInvisible)).toEqual([]);
        expect(cleaned).not.toMatch(/[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u);
        expect(cleaned).not.toMatch(commands);
      }),
    );
  });
});

it.each([plainText, escapeUnseen])("%o leaves a text alone that it has cleaned", (clean) => {
  fc.assert(
    fc.property(anything, (text) => {
      expect(clean(clean(text))).toBe(clean(text));
    }),
  );
});

it.each([
  "web01.example.com:8000/tcp → “ok” – 50 % ±",
  "Größe, naïve, Ünïcödé, e\u0301",
  "端口检查 ポート 포트 порт منفذ יציאה",
  "🔥 ⚠ ✅ 👍🏽 🇩🇪",
  "2001:db8::1 ::1 ::ffff:10.0.0.5 fe80::face",
  "# heading, ## sub, C#, #1, a::b, ::1::",
])("ordinary text stays as it is: %s", (text) => {
  expect([plainText(text), escapeUnseen(text), printable(text, 100)]).toEqual([text, text, text]);
});

it.each([
  ["a zero width blank", "web\u200b01", "web 01", String.raw`web\u200b01`],
  ["line breaks and tabs", "a\r\n\tb", "a b", String.raw`a\r\n\tb`],
  ["a tag", "a\u{e0041}b", "a b", String.raw`a\u{e0041}b`],
  ["an escape sequence", "\u001b[31mred\u0007", "[31mred", String.raw`\u001b[31mred\u0007`],
  ["a direction override", "a\u202eb", "a b", String.raw`a\u202eb`],
  ["a half character", "a\ud800b", "a b", String.raw`a\ud800b`],
  ["an emoji with a selector", "❤\ufe0f", "❤", String.raw`❤\ufe0f`],
  ["an emoji of several", "👩\u200d🚒", "👩 🚒", String.raw`👩\u200d🚒`],
  ["a workflow command", "::error file=x::boo", ": :error file=x::boo", ": :error file=x::boo"],
  ["a workflow command after a line break", "x\n::error::boo", "x ::error::boo", String.raw`x\n::error::boo`],
  [
    "a logging command",
    "a ##vso[task.x]b ##[error]c",
    "a # #vso[task.x]b # #[error]c",
    "a # #vso[task.x]b # #[error]c",
  ],
])("%s", (_name, foreign, plain, escaped) => {
  expect([plainText(foreign), escapeUnseen(foreign)]).toEqual([plain, escaped]);
});

it("keeps lines apart, and each of them safe", () => {
  expect(escapeUnseenByLine("error: \u0007\n  ::error::x\n")).toBe("error: \\u0007\n  : :error::x\n");
});

it("cleans every text of a value and leaves the rest", () => {
  const fine = { b: "fine text" };
  const cleaned = plainTexts({ a: ["x\u001B[31my", 1, null, true], "k\ney": fine });
  expect(cleaned).toEqual({ a: ["x [31my", 1, null, true], "k ey": fine });
  expect(plainTexts(fine)).toBe(fine);
});

describe("printable", () => {
  it.each([
    ["long text is cut", "x".repeat(30), `${"x".repeat(19)}…`],
    ["exactly as long as allowed", "x".repeat(20), "x".repeat(20)],
    ["code points are not torn apart", "🔥".repeat(30), `${"🔥".repeat(19)}…`],
  ])("%s", (_name, foreign, expected) => {
    expect(printable(foreign, 20)).toBe(expected);
  });
  it("reads bytes as UTF-8 and marks what is not", () => {
    expect(printable(Uint8Array.of(0x4d, 0xc3, 0xbc, 0xff), 20)).toBe("Mü\uFFFD");
  });
  it("never lets too much text through", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(Array.from(printable(bytes, 60)).length).toBeLessThanOrEqual(60);
      }),
    );
  });
});
