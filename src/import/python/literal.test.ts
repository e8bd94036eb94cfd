import * as fc from "fast-check";
import { expect, it } from "vitest";
import { InputError } from "../../model/text/problem.ts";
import { parseLiteral, toJson } from "./literal.ts";
import { readStatements } from "./statements.ts";

/** A value as Python's repr writes it. */
function repr(value: unknown): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return reprText(value);
  if (Array.isArray(value)) return `[${value.map(repr).join(", ")}]`;
  const entries = Object.entries(value as object).map(([key, one]) => `${repr(key)}: ${repr(one)}`);
  return `{${entries.join(", ")}}`;
}

const reprText = (text: string): string => {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = Array.from(text, (one) => {
    const code = one.codePointAt(0) ?? 0;
    if (one === "\\" || one === quote) return `\\${one}`;
    if (one === "\n") return String.raw`\n`;
    if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, "0")}`;
    if (code > 0xff && code < 0x1_0000) return `\\u${code.toString(16).padStart(4, "0")}`;
    return code >= 0x1_0000 ? `\\U${code.toString(16).padStart(8, "0")}` : one;
  });
  return `${quote}${escaped.join("")}${quote}`;
};

const value = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: "binary" }),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie("value"), { maxKeys: 4 }),
  ),
})).value;

it("reads what Python writes", () => {
  fc.assert(
    fc.property(value, (one) => {
      expect(JSON.stringify(toJson(parseLiteral(repr(one), "x")))).toEqual(JSON.stringify(one));
    }),
  );
});

it("any other text is refused by its place, and nothing else is thrown", () => {
  const noise = fc.oneof(
    fc.string({ unit: "binary", maxLength: 60 }),
    fc
      .array(
        fc.constantFrom(
          "'",
          '"""',
          "[",
          "]",
          "{",
          "}",
          "(",
          ")",
          ",",
          ":",
          "=",
          "+=",
          "+",
          ".update(",
          "a",
          "0x",
          "1.",
          "\\",
          "\n",
          "%",
          "FOLDER_PATH",
          "-",
          "None",
          "#",
          "r'",
          "globals()",
        ),
      )
      .map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(noise, (text) => {
      for (const read of [() => parseLiteral(text, "x.mk"), () => readStatements(text, "x.mk")]) {
        try {
          read();
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
          const [{ line, column } = {}] = (error as InputError).problems;
          expect([line, column].every((one) => Number.isInteger(one) && Number(one) >= 1)).toBe(true);
        }
      }
    }),
    { numRuns: 2000 },
  );
});

it.each([
  ["u'a' \"b\"", "ab"],
  ["r'\\n'", "\\n"],
  ["'''a\nb'''", "a\nb"],
  ["(1)", 1],
  ["(1,)", [1]],
  ["()", []],
  ["{1, 2}", [1, 2]],
  ["{}", {}],
  ["{('a', 1): None, None: 2}", { '["a",1]': null, null: 2 }],
  ["-0x10", -16],
  ["1_000", 1000],
  ["[ # why\n 1,\n]", [1]],
  [
    String.raw`'\x41\u0042\U00000043\104\
\q'`,
    String.raw`ABCD\q`,
  ],
])("%s", (text, expected) => expect(toJson(parseLiteral(text, "x"))).toEqual(expected));

it.each([
  ["__import__('os')", '1:1: expected a literal, got "__import__"'],
  ["[1,\n 2 3]", '2:4: expected ",", got a number'],
  ["'a' % b", "1:7: expected a literal"],
  ["1 if x else 2", '1:3: expected the end, got "if"'],
  ["{'a': 1, 2}", '1:11: expected ":"'],
  ["--1", '1:2: expected a number, got "-"'],
  ["'\\Uffffffff'", "1:1: a string is opened and never closed"],
])("%s is refused", (text, message) => expect(() => parseLiteral(text, "x")).toThrow(message));

it("reads assignments, sums with the variable itself and the methods that Checkmk writes", () => {
  const text = "a = [1] + a\nb['k'].update({'x': 1})\nglobals().setdefault('c', [])\nd += ['y']\nd['z'] = 2 ; e = 1";
  expect(() => readStatements(text, "x.mk")).toThrow("x.mk:5:12");
  const found = readStatements(text.replace(/ ;.*/, ""), "x.mk");
  expect(found.map(({ name, keys, action, line }) => [name, keys, action, line])).toEqual([
    ["a", [], "set", 1],
    ["b", ["k"], "update", 2],
    ["c", [], "setdefault", 3],
    ["d", [], "add", 4],
    ["d", ["z"], "set", 5],
  ]);
});
