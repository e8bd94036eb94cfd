import type { AccessEnd, AccessRequest, AccessRule } from "../../model/firewall/access-rule.ts";
import { plainTexts } from "../../model/text/printable.ts";
import { mostCharacters } from "../workbook/cell.ts";
import type { Column, Sheet } from "../workbook/sheet.ts";
import { leftOutLines, openQuestions, requestBasis, requestNote, type RequestRow, requestRows } from "./rows.ts";

const lines = (texts: readonly string[]): string => texts.join("\n");

const columns: readonly (Column & { cell: (row: RequestRow) => string | number })[] = [
  { title: "rule", width: 6, cell: ({ number }) => Number(number) },
  { title: "family", width: 8, cell: ({ family }) => family },
  { title: "source", width: 20, cell: ({ sourceNames }) => lines(sourceNames) },
  { title: "source addresses", width: 20, cell: ({ sourceAddresses }) => lines(sourceAddresses) },
  { title: "destination", width: 20, cell: ({ destinationNames }) => lines(destinationNames) },
  { title: "destination addresses", width: 20, cell: ({ destinationAddresses }) => lines(destinationAddresses) },
  { title: "protocol", width: 9, cell: ({ protocol }) => protocol },
  { title: "port", width: 8, cell: ({ port }) => (port === "" ? "" : Number(port)) },
  { title: "service", width: 24, cell: ({ services }) => lines(services) },
  { title: "purpose", width: 40, cell: ({ purposes }) => lines(purposes) },
  { title: "chapter", width: 24, cell: ({ chapters }) => lines(chapters.map(({ name }) => name)) },
  { title: "link", width: 24, cell: ({ chapters }) => lines(chapters.flatMap(({ url }) => (url === "" ? [] : [url]))) },
  { title: "requirement", width: 20, cell: ({ requirements }) => lines(requirements) },
  { title: "optional feature", width: 16, cell: ({ features }) => lines(features) },
  { title: "group of alternatives", width: 16, cell: ({ group }) => group },
  { title: "alternatives", width: 30, cell: ({ choice }) => choice },
  { title: "evidence", width: 40, cell: ({ evidence }) => lines(evidence) },
];

/** A request as two sheets: its rules with the columns of the CSV, and what a reader has to know besides. */
export function requestSheets(request: AccessRequest): Sheet[] {
  const rows = request.rules.flatMap((rule, at) =>
    requestRows({ ...request, rules: partsOf(rule) }).map((row) => ({ ...row, number: String(at + 1) })),
  );
  const { title, url } = plainTexts(request.catalog);
  const notes = [
    ["about", requestBasis(request)],
    ["about", requestNote],
    ["document", title],
    ["document", url],
    ...openQuestions(request).map((line) => ["to be found out first", line]),
    ...leftOutLines(request).map((line) => ["in no rule", line]),
  ];
  return [
    { name: "Rules", columns, rows: rows.map((row) => columns.map(({ cell }) => cell(row))) },
    {
      name: "Notes",
      columns: [
        { title: "subject", width: 24 },
        { title: "note", width: 110 },
      ],
      rows: notes,
    },
  ];
}

/** A rule in parts whose ends fit into cells, with the number of the whole: together they allow the same. */
function partsOf(rule: AccessRule): AccessRule[] {
  return chunksOf(rule.sources).flatMap((sources) =>
    chunksOf(rule.destinations).map((destinations) => ({ ...rule, sources, destinations })),
  );
}

/** Ends in runs of which names and addresses, a line each, are shorter than a cell. */
function chunksOf(ends: readonly AccessEnd[]): AccessEnd[][] {
  const chunks: AccessEnd[][] = [];
  let length = Infinity;
  for (const end of ends) {
    const more = end.name.length + end.addresses.join("\n").length + 2;
    if (length + more > mostCharacters - 100) {
      chunks.push([]);
      length = 0;
    }
    chunks.at(-1)?.push(end);
    length += more;
  }
  return chunks;
}
