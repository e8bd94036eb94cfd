import { h, type JSX } from "preact";
import { renderToString } from "preact-render-to-string";
import type { AccessRequest } from "../../model/firewall/access-rule.ts";
import { plainTexts } from "../../model/text/printable.ts";
import { isWebAddress } from "../text/web-address.ts";
import { leftOutLines, openQuestions, requestBasis, requestNote, type RequestRow, requestRows } from "./rows.ts";

/**
 * A request as one HTML file that needs nothing else: no script, no network. Everything in it is escaped markup, and its
 * policy allows no script at all.
 */
export function renderRequestHtml(request: AccessRequest): string {
  const { catalog } = plainTexts({ catalog: request.catalog });
  const rows = requestRows(request);
  const head = h(
    "head",
    null,
    h("meta", { charset: "utf-8" }),
    h("meta", {
      "http-equiv": "Content-Security-Policy",
      content: "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'",
    }),
    h("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
    h("meta", { name: "referrer", content: "no-referrer" }),
    h("meta", { name: "color-scheme", content: "light dark" }),
    h("title", null, "Firewall change request"),
    h("link", { rel: "icon", href: "data:," }),
    h("style", { dangerouslySetInnerHTML: { __html: style } }),
  );
  const body = h(
    "body",
    null,
    h("h1", null, "Firewall change request"),
    h("p", null, requestBasis(request), " Document: ", outside(catalog.url, catalog.title), "."),
    rows.length === 0 ? h("p", null, "There is nothing to ask for.") : h("p", null, requestNote),
    rows.length === 0 ? undefined : tableOf(rows),
    listOf("To be found out first", openQuestions(request)),
    listOf("In no rule", leftOutLines(request)),
  );
  return `<!DOCTYPE html>\n${renderToString(h("html", { lang: "en" }, head, body))}\n`;
}

const listOf = (title: string, texts: readonly string[]): JSX.Element[] =>
  texts.length === 0
    ? []
    : [
        h("h2", null, title),
        h(
          "ul",
          null,
          texts.map((line) => h("li", null, line)),
        ),
      ];

const outside = (href: string, text: string): JSX.Element | string =>
  isWebAddress(href) ? h("a", { href, rel: "noreferrer noopener" }, text) : text;

const lines = (texts: readonly string[]): JSX.Element[] => texts.map((text) => h("div", null, text));

const columns: readonly (readonly [
  string,
  (row: RequestRow) => JSX.Element[] | string,
  (row: RequestRow) => boolean,
])[] = [
  ["Rule", ({ number }) => number, () => true],
  ["From", ({ sources }) => lines(sources), () => true],
  ["To", ({ destinations }) => lines(destinations), () => true],
  ["Port", ({ where, family }) => lines([where, family]), () => true],
  ["Service", ({ services }) => lines(services), () => true],
  ["Purpose", ({ purposes }) => lines(purposes), () => true],
  ["Chapter", ({ chapters }) => chapters.map(({ name, url }) => h("div", null, outside(url, name))), () => true],
  ["Only with", ({ features }) => lines(features), ({ features }) => features.length > 0],
  ["Alternatives", ({ choice }) => choice, ({ choice }) => choice !== ""],
  ["Evidence", ({ evidence }) => lines(evidence), ({ evidence }) => evidence.length > 0],
];

function tableOf(rows: readonly RequestRow[]): JSX.Element {
  const used = columns.filter(([, , isThere]) => rows.some(isThere));
  return h(
    "table",
    null,
    h(
      "thead",
      null,
      h(
        "tr",
        null,
        used.map(([name]) => h("th", { scope: "col" }, name)),
      ),
    ),
    h(
      "tbody",
      null,
      rows.map((row) =>
        h(
          "tr",
          null,
          used.map(([, cell]) => h("td", null, cell(row))),
        ),
      ),
    ),
  );
}

const style = `
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid #8888; padding: .35rem .6rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
@media print { body { margin: 0; font-size: 11px; } }
`;
