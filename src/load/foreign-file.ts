const remedy = "save the sheet as CSV (UTF-8) and name that file";

/** How files begin that are no text, and what to do with them. */
const magics: readonly { bytes: readonly number[]; is: (bytes: Uint8Array) => string }[] = [
  { bytes: [0x50, 0x4b, 0x03, 0x04], is: zipKind },
  { bytes: [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1], is: () => `this is a workbook (XLS); ${remedy}` },
  { bytes: [0x1f, 0x8b], is: () => "this is a compressed file (gzip); unpack it first" },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], is: () => "this is a compressed file (zstd); unpack it first" },
  { bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a], is: () => "this is a compressed file (xz); unpack it first" },
  { bytes: [0x25, 0x50, 0x44, 0x46, 0x2d], is: () => "this is a PDF, not text" },
];

/**
 * What a file is that is not the text it was taken for, and the remedy, in one sentence; `undefined` for anything that
 * may be text. Workbooks are ZIP files (ECMA-376 part 2; OpenDocument 1.3 part 2, section 3) or, before 2007, OLE files.
 */
export function foreignFile(bytes: Uint8Array): string | undefined {
  const found = magics.find((magic) => magic.bytes.every((byte, at) => bytes[at] === byte));
  if (found !== undefined) return found.is(bytes);
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  return isUtf16 || isBareUtf16(bytes) ? "the file is UTF-16 text; save it as UTF-8" : undefined;
}

/** The names of the parts of a ZIP file are in it unchanged. */
function zipKind(bytes: Uint8Array): string {
  const text = new TextDecoder("latin1").decode(bytes);
  if (text.includes("xl/workbook.")) return `this is a workbook (XLSX); ${remedy}`;
  if (text.includes("opendocument.spreadsheet")) return `this is a workbook (ODS); ${remedy}`;
  return "this is a ZIP file, not text; unpack it, or save a workbook as CSV (UTF-8)";
}

/** UTF-16 without its mark: every other byte of the first words is NUL, and the others are not. */
function isBareUtf16(bytes: Uint8Array): boolean {
  const start = bytes.subarray(0, 8);
  if (start.length < 8) return false;
  const isNul = (parity: number): boolean => start.every((byte, at) => (byte === 0) === (at % 2 === parity));
  return isNul(0) || isNul(1);
}

/**
 * True for a text that is an INI file, such as an inventory of Ansible: its first line that says something is a
 * `[section]`, a `key = value`, or a host with variables. No topology and no table begins like that.
 */
export function isIni(text: string): boolean {
  const first = /^(?:\uFEFF)?(?:[ \t]*(?:[#;].*)?\r?\n)*[ \t]*(.*)/.exec(text)?.[1]?.trim() ?? "";
  return (
    /^\[[^\][,"'{}]+\](?:\s*[#;].*)?$/.test(first) ||
    /^\S+\s+ansible_\w+\s*=/.test(first) ||
    /^[A-Za-z_][\w.-]*\s*=(?!=)/.test(first)
  );
}
