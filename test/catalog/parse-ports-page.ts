/** One row of a table, or one bullet, as a rendering of the Ports page prints it. */
export interface PrintedRow {
  port: string;
  protocol: string;
  /** The designation; empty where the cell is. */
  name: string;
  /** True where the supplementary text says that the port can be optionally enabled. */
  optional: boolean;
}

/** One numbered heading with the rows under it. */
export interface PrintedSection {
  id: string;
  title: string;
  /** Only the German rendering kept its anchors. */
  anchor?: string;
  rows: PrintedRow[];
}

const englishHeading = /^(\d+(?:\.\d+)?)\. (\S.*)$/;
const englishPort = /^(?:\d+|-)$/;
const englishProtocol = /^(?:TCP|UDP|ICMP)(?: and (?:TCP|UDP))?$/;

/**
 * Reads the English rendering: plain text in which every cell became a paragraph. Header cells are glued together,
 * empty cells are gone, and the last section is a list of bullets instead of a table.
 */
export function parseEnglishPage(text: string): PrintedSection[] {
  const paragraphs = text.split(/\n\s*\n/).map((paragraph) => paragraph.trim());
  const startsRow = (index: number): boolean =>
    englishPort.test(paragraphs[index] ?? "") && englishProtocol.test(paragraphs[index + 1] ?? "");
  const sections: PrintedSection[] = [];
  for (let index = 0; index < paragraphs.length; index += 1) {
    const paragraph = paragraphs[index] ?? "";
    const [, id, title] = englishHeading.exec(paragraph) ?? [];
    const rows = sections.at(-1)?.rows;
    if (id !== undefined && title !== undefined) sections.push({ id, title, rows: [] });
    else if (paragraph.startsWith("•")) rows?.push(parseBullet(paragraph));
    else if (startsRow(index)) {
      const cells: string[] = [];
      for (let next = index + 2; next < index + 4 && next < paragraphs.length; next += 1) {
        const cell = paragraphs[next] ?? "";
        if (startsRow(next) || englishHeading.test(cell)) break;
        cells.push(cell);
      }
      const [name, supplement] = cells.length === 2 ? cells : ["", cells[0]];
      rows?.push({
        port: paragraph,
        protocol: paragraphs[index + 1] ?? "",
        name: name ?? "",
        optional: (supplement ?? "").includes("can be optionally enabled"),
      });
      index += 1 + cells.length;
    }
  }
  return sections;
}

/** A bullet begins with the designation and has ports and protocol in brackets; it is read as the row it stands for. */
function parseBullet(bullet: string): PrintedRow {
  const [, name, brackets] = /^•\s*(\S+)[^(]*\(([^)]*)\)$/.exec(bullet) ?? [];
  const port = brackets?.match(/\d+/g)?.join("/");
  const protocol = /TCP|UDP/.exec(brackets ?? "")?.[0];
  if (name === undefined || port === undefined || protocol === undefined) throw new Error(`not a row: ${bullet}`);
  return { port, protocol, name, optional: false };
}

const germanHeading = /^#+ \[\]\{#(\S+) [^}]*\}(\d+(?:\.\d+)?)\. (.+?) \{#\S+\}$/;

/** Reads the German rendering: Markdown as pandoc writes it, with grid tables that break lines inside words. */
export function parseGermanPage(text: string): PrintedSection[] {
  const sections: PrintedSection[] = [];
  let table: string[] = [];
  for (const line of [...text.split("\n"), ""]) {
    const [, anchor, id, title] = germanHeading.exec(line) ?? [];
    if (anchor !== undefined && id !== undefined && title !== undefined) sections.push({ id, title, anchor, rows: [] });
    if (/^[+|]/.test(line)) {
      table.push(line);
      continue;
    }
    if (table.length === 0) continue;
    for (const [port = "", protocol = "", name = "", supplement = ""] of parseGridTable(table).slice(1))
      sections.at(-1)?.rows.push({ port, protocol, name, optional: supplement.includes("optional aktivierbar") });
    table = [];
  }
  return sections;
}

/** Cells of a pandoc grid table as plain text, row by row, the header first. */
export function parseGridTable(lines: readonly string[]): string[][] {
  const border = lines[0] ?? "";
  const corners = [...border].flatMap((character, index) => (character === "+" ? [index] : []));
  const columns = corners.slice(1).map((end, index) => ({ start: (corners[index] ?? 0) + 2, end: end - 1 }));
  const rows: string[][][] = [];
  for (const line of lines) {
    if (line.startsWith("+")) rows.push(columns.map(() => []));
    else
      for (const [index, { start, end }] of columns.entries())
        rows.at(-1)?.[index]?.push(line.slice(start, end).trimEnd());
  }
  const full = rows.filter((row) => row.some((cell) => cell.length > 0));
  return full.map((row) =>
    row.map((cell, index) => stripMarkup(joinCell(cell, (columns[index]?.end ?? 0) - (columns[index]?.start ?? 0)))),
  );
}

/**
 * Joins the lines of a cell. Pandoc cuts a word that is wider than its column into pieces, the rest first and then
 * pieces of exactly the column's width. So a line that fills the column without a blank continues the word before it,
 * unless it opens a link, which starts a word; every other line is joined with a blank.
 */
export function joinCell(lines: readonly string[], width: number): string {
  return lines.reduce((text, line) => {
    const isPiece = line.length === width && !/\s/.test(line) && !line.startsWith("[");
    return text === "" || isPiece ? text + line : `${text} ${line}`.trimEnd();
  }, "");
}

/** Takes Markdown's links, spans, emphasis, code marks and escapes away and leaves the text. */
export function stripMarkup(markdown: string): string {
  return markdown
    .replaceAll(/\[([^[\]]*)\]\{[^}]*\}/g, "$1")
    .replaceAll(/\[([^[\]]*)\]\([^)]*\)(?:\{[^}]*\})?/g, "$1")
    .replaceAll(/[*`]/g, "")
    .replaceAll(/\\(["'.])/g, "$1");
}
