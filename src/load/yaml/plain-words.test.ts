import { expect, it } from "vitest";
import { InputError } from "../../model/text/problem.ts";
import { parseDocument } from "./document.ts";

function refusal(text: string): string {
  try {
    return `accepted: ${JSON.stringify(parseDocument(text, "f").value)}`;
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
}

const [tab, blank, column] = [
  "a tab cannot indent YAML; use spaces",
  "a blank is missing after the colon",
  "this line begins in another column than the lines that it belongs to; indent it as they are",
];
const deeper = "this line is indented deeper than the one above, which has its value already; begin both in one column";
const behind = "there is text after the closing quote; put all of the value in quotes, or none of it";

it.each<[string, string]>([
  ["server:\n\tname: cmk\n", `f:2:1: ${tab}`],
  ["server:\r\n  name: a\r\n\taddress: b\r\n", `f:3:1: ${tab}`],
  ["server:\n  name:cmk\n  address: 10.0.0.1\n", `f:2:8: ${blank}`],
  ["server:\n  name: cmk\n  address:10.0.0.1\n  sites: [main]\n", `f:3:11: ${blank}`],
  ["server:\n  name: cmk\n  address:10.0.0.1\n", `f:3:11: ${blank}`],
  ["hosts:\n  - name:a\n    address: b\n", `f:2:10: ${blank}`],
  ["hosts:\n  -{ name: a, address: b }\n", 'f:2:4: a blank is missing after the "-"'],
  ['a: "x"#c\n', 'f:1:7: a blank is missing before "#"'],
  ['server:\n  name: "cmk\n  address: 10.0.0.1\n', 'f:2:9: this quote (") is not closed'],
  ['server:\n  name: "cmk\n  address: "10.0.0.1"\n', 'f:2:9: this quote (") is not closed'],
  ["server:\n  name: 'cmk\n", "f:2:9: this quote (') is not closed"],
  ['a: "x" y\n', `f:1:8: ${behind}`],
  ["a: 'it's'\n", `f:1:8: ${behind}`],
  ["server:\n  sites: [main\n  address: 10.0.0.1\n", 'f:2:10: this "[" is not closed; add "]"'],
  ["server: {name: cmk, address: 10.0.0.1\nhosts: []\n", 'f:1:9: this "{" is not closed; add "}"'],
  ["hosts:\n  - { name: a, address: b\n  - { name: c }\n", 'f:2:5: this "{" is not closed; add "}"'],
  ["hosts:\n  - { name: a, address: b }}\n", 'f:2:28: this "}" closes nothing'],
  ["server:\n  name: {a]\n", 'f:2:9: this "{" is not closed; add "}"'],
  ['{"a": 1,\n "b": [1,2\n}', 'f:2:7: this "[" is not closed; add "]"'],
  ["a: # [ { '\n  b: [1\n", 'f:2:6: this "[" is not closed; add "]"'],
  ["a: {b: 1 c: 2}\n", "f:1:8: a comma is missing between two keys, or the value belongs in quotes"],
  ["a: {b: 1,, c: 2}\n", "f:1:10: a comma too many"],
  ["server:\n  name: cmk\n   address: 10.0.0.1\n", `f:3:4: ${deeper}`],
  ["server:\n  name: cmk\n address: 10.0.0.1\n", `f:3:2: ${column}`],
  ["hosts:\n  - name: a\n    address: b\n   site: main\n", `f:4:4: ${column}`],
  ["hosts:\n  - name: a\n    address: b\n   site:\n", `f:4:4: ${column}`],
  [
    "hosts:\n  - name: a\n    address: b\n   site\n",
    'f:4:4: this is no "key: value"; a colon and a blank belong behind a key',
  ],
  ["hosts:\n  - name: a\n  address: b\n", `f:3:3: ${column}`],
  ["hosts:\n  - a\n - b\n", `f:3:2: ${column}`],
  ["key: value\n- a\n", `f:2:1: ${column}`],
  ["server:\n  name\n  address: b\n", 'f:2:3: this is no "key: value"; a colon and a blank belong behind a key'],
  ["server:\n  name: cmk\n  name: cmk2\n", 'f:3:3: server.name: the key "name" stands here twice; keep one of them'],
  ["a: @b\n", 'f:1:4: a value cannot begin with "@"; put it in quotes'],
  [
    'a: "C:\\windows"\n',
    "f:1:7: within \"…\" a backslash has a meaning of its own; write '…' around a text with backslashes",
  ],
])("%j", (text, message) => expect(refusal(text)).toBe(message));

it("repeats nothing of a text that may be a secret", () => {
  for (const text of ['community: "hunter2\nx: y', "community:hunter2\nx: y", 'community: "a" hunter2', "{a: hunter2"])
    expect(refusal(text)).not.toMatch(/hunter2|^accepted/);
});
