import { describe, expect, it } from "vitest";
import { InputError } from "../model/text/problem.ts";
import { foreignFile, isIni } from "./foreign-file.ts";
import { decodeText } from "./text-file.ts";

const latin1 = (text: string): Uint8Array => Buffer.from(text, "latin1");
const utf16 = (text: string): Uint8Array => Buffer.from(text, "utf16le");
const bigEndian = (text: string): Uint8Array => Buffer.from(text, "utf16le").swap16();

const kinds: [string, Uint8Array, RegExp][] = [
  ["XLSX", latin1("PK\x03\x04\x14\0[Content_Types].xml...xl/workbook.xml"), /a workbook \(XLSX\); save .* CSV/],
  ["XLSB", latin1("PK\x03\x04\x14\0[Content_Types].xml...xl/workbook.bin"), /a workbook \(XLSX\)/],
  ["ODS", latin1("PK\x03\x04\x14\0mimetypeapplication/vnd.oasis.opendocument.spreadsheetPK"), /a workbook \(ODS\)/],
  ["XLS", latin1("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0"), /a workbook \(XLS\)/],
  ["another ZIP file", latin1("PK\x03\x04\x14\0readme.txt"), /a ZIP file, not text/],
  ["gzip", latin1("\x1f\x8b\x08"), /gzip/],
  ["a PDF", latin1("%PDF-1.7\n"), /a PDF/],
  ["UTF-16", utf16("\uFEFFname,address\n"), /UTF-16 text; save it as UTF-8/],
  ["UTF-16, the other way round", bigEndian("\uFEFFname,address\n"), /UTF-16/],
  ["UTF-16 without its mark", utf16("name;address\n"), /UTF-16/],
  ["… the other way round", bigEndian("name;address\n"), /UTF-16/],
];

describe("foreignFile", () => {
  it.each(kinds)("names %s, and decodeText says it in one line", (_, bytes, says) => {
    expect(foreignFile(bytes)).toMatch(says);
    expect(() => decodeText(bytes, "h.csv")).toThrow(InputError);
    expect(() => decodeText(bytes, "h.csv")).toThrow(says);
  });

  it.each(["name,address\n", "\uFEFFname,address\n", "", "PK,address\n", "a\n"])("takes %j for text", (text) => {
    expect(foreignFile(Buffer.from(text))).toBeUndefined();
    expect(decodeText(Buffer.from(text), "h.csv")).toBe(text.replace("\uFEFF", ""));
  });
});

describe("isIni", () => {
  it.each(["[web]\na\n", "; x\n\n [all:vars] # y\n", "a ansible_host=1\n", "\uFEFF# x\nkey = value\n"])(
    "%j is",
    (text) => expect(isIni(text)).toBe(true),
  );
  it.each([
    "",
    "# x\n",
    "server: { name: a }\n",
    '["a", "b"]\n',
    "[a, b]\n",
    "name,address\n",
    "{}\n",
    "a == b\n",
    "- a\n",
  ])("%j is not", (text) => expect(isIni(text)).toBe(false));
});
