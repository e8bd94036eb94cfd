import { h } from "preact";
import { renderToString } from "preact-render-to-string";
import { expect, it } from "vitest";
import { prose } from "./prose.ts";

it.each([
  ["Run `omd status` there.", "Run <code>omd status</code> there."],
  ["`a b`: c (`d`)", "<code>a b</code>: c (<code>d</code>)"],
  ["no code", "no code"],
  ["an odd ` stays", "an odd ` stays"],
  ["`<b>` is text", "<code>&lt;b></code> is text"],
  ["a`b`c", "a`b`c"],
])("%s", (text, markup) => {
  expect(renderToString(h("p", null, prose(text)))).toBe(`<p>${markup}</p>`);
});
