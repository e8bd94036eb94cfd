import { markdownTable } from "markdown-table";
import type { AccessRequest } from "../../model/firewall/access-rule.ts";
import { plainTexts } from "../../model/text/printable.ts";
import { escapeMarkdown, link } from "../text/markdown-text.ts";
import { leftOutLines, openQuestions, requestBasis, requestNote, type RequestRow, requestRows } from "./rows.ts";

/** A request as Markdown, fit for a ticket. */
export function renderRequestMarkdown(request: AccessRequest): string {
  const { title, url } = plainTexts(request.catalog);
  const rows = requestRows(request);
  const left = leftOutLines(request);
  const open = openQuestions(request);
  const blocks = [
    "# Firewall change request",
    `${escapeMarkdown(requestBasis(request))} Document: ${link(title, url)}`,
    ...(rows.length === 0 ? ["There is nothing to ask for."] : [escapeMarkdown(requestNote), tableOf(rows)]),
    ...(open.length === 0
      ? []
      : ["## To be found out first", open.map((line) => `- ${escapeMarkdown(line)}`).join("\n")]),
    ...(left.length === 0 ? [] : ["## In no rule", left.map((line) => `- ${escapeMarkdown(line)}`).join("\n")]),
  ];
  return `${blocks.join("\n\n")}\n`;
}

const lines = (texts: readonly string[]): string => texts.map(escapeMarkdown).join("<br>");

/** Columns; those that are empty in every row are left out. */
const columns: readonly (readonly [string, (row: RequestRow) => string])[] = [
  ["rule", ({ number }) => number],
  ["from", ({ sources }) => lines(sources)],
  ["to", ({ destinations }) => lines(destinations)],
  ["port", ({ where, family }) => escapeMarkdown(where === "ICMP echo" ? `${where} (${family})` : where)],
  ["service", ({ services }) => lines(services)],
  ["purpose", ({ purposes }) => lines(purposes)],
  ["chapter", ({ chapters }) => chapters.map(({ name, url }) => link(name, url)).join("<br>")],
  ["only with", ({ features }) => lines(features)],
  ["alternatives", ({ choice }) => escapeMarkdown(choice)],
  ["evidence", ({ evidence }) => lines(evidence)],
];

function tableOf(rows: readonly RequestRow[]): string {
  const used = columns
    .map(([name, text]) => [name, ...rows.map(text)])
    .filter(([, ...cells]) => cells.some((cell) => cell !== ""));
  const table = [0, ...rows.map((_, at) => at + 1)].map((at) => used.map((column) => column[at] ?? ""));
  return markdownTable(table, { alignDelimiters: false });
}
