import { expect, it } from "vitest";
import { splitWords } from "./split-words.ts";

it.each<[string, string[] | undefined]>([
  ["ssh web01", ["ssh", "web01"]],
  ["  ssh   -T  web01 ", ["ssh", "-T", "web01"]],
  [`ssh -o "ProxyCommand=nc %h" 'we b'`, ["ssh", "-o", "ProxyCommand=nc %h", "we b"]],
  ["ssh a\\ b", ["ssh", "a b"]],
  [`x ""`, ["x", ""]],
  [`ssh "x`, undefined],
  ["", []],
])("%j", (text, words) => {
  expect(splitWords(text)).toEqual(words);
});
