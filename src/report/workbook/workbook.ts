import { strToU8, Zip, ZipDeflate } from "fflate/browser";
import { escapeXml } from "./cell.ts";
import { mainNamespace, type Sheet, sheetXml, xmlHead } from "./sheet.ts";

const packages = "http://schemas.openxmlformats.org/package/2006";
const relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const types = "application/vnd.openxmlformats-officedocument.spreadsheetml";

/**
 * Sheets as a workbook (XLSX, ECMA-376), in pieces. The same sheets give the same bytes: the archive has no time of day.
 * The texts are in the cells themselves, so a node may have any name.
 */
export function* renderWorkbook(sheets: readonly Sheet[]): Generator<Uint8Array> {
  const ready: Uint8Array[] = [];
  const archive = new Zip((error, bytes) => {
    if (error !== null) throw error;
    ready.push(bytes);
  });
  for (const [path, pieces] of partsOf(sheets)) {
    const part = new ZipDeflate(path);
    part.mtime = "1980-01-01T12:00:00";
    archive.add(part);
    for (const piece of pieces) {
      part.push(strToU8(piece));
      yield* ready.splice(0);
    }
    part.push(new Uint8Array(), true);
  }
  archive.end();
  yield* ready;
}

/** The parts of a workbook, by their paths. */
function partsOf(sheets: readonly Sheet[]): [string, Iterable<string>][] {
  const numbered = sheets.map((sheet, at) => ({ sheet, number: at + 1 }));
  const part = (path: string, type: string) => `<Override PartName="${path}" ContentType="${types}.${type}+xml"/>`;
  const link = (id: string, type: string, target: string) =>
    `<Relationship Id="${id}" Type="${relations}/${type}" Target="${target}"/>`;
  const contentTypes = [
    `<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>`,
    `<Default Extension="xml" ContentType="application/xml"/>`,
    part("/xl/workbook.xml", "sheet.main"),
    part("/xl/styles.xml", "styles"),
    ...numbered.map(({ number }) => part(`/xl/worksheets/sheet${number}.xml`, "worksheet")),
  ];
  const links = [
    ...numbered.map(({ number }) => link(`rId${number}`, "worksheet", `worksheets/sheet${number}.xml`)),
    link("styles", "styles", "styles.xml"),
  ];
  const names = numbered.map(
    ({ sheet, number }) => `<sheet name="${escapeXml(sheet.name)}" sheetId="${number}" r:id="rId${number}"/>`,
  );
  const relationships = (inside: string) =>
    `<Relationships xmlns="${packages}/relationships">${inside}</Relationships>`;
  const whole = (text: string) => [`${xmlHead}${text}`];
  return [
    ["[Content_Types].xml", whole(`<Types xmlns="${packages}/content-types">${contentTypes.join("")}</Types>`)],
    ["_rels/.rels", whole(relationships(link("rId1", "officeDocument", "xl/workbook.xml")))],
    [
      "xl/workbook.xml",
      whole(`<workbook xmlns="${mainNamespace}" xmlns:r="${relations}"><sheets>${names.join("")}</sheets></workbook>`),
    ],
    ["xl/_rels/workbook.xml.rels", whole(relationships(links.join("")))],
    ["xl/styles.xml", whole(styles)],
    ...numbered.map(({ sheet, number }): [string, Iterable<string>] => [
      `xl/worksheets/sheet${number}.xml`,
      sheetXml(sheet),
    ]),
  ];
}

const cell = (more: string, inside = '<alignment vertical="top" wrapText="1"/>') =>
  `<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1"${more}>${inside}</xf>`;

/** Formats in the order of `cellFormats`. The first two fills are fixed by Excel. */
const styles = [
  `<styleSheet xmlns="${mainNamespace}">`,
  `<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>`,
  `<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>`,
  `<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>`,
  `<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>`,
  `<cellXfs count="5">`,
  `<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>`,
  cell(' applyFont="1"').replace('fontId="0"', 'fontId="1"'),
  cell(""),
  cell(' quotePrefix="1"'),
  cell("", '<alignment vertical="top" horizontal="left"/>'),
  `</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`,
].join("");
