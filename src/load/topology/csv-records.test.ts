import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseRecords, readPlainRecords, readRecords } from "./csv-records.ts";

const strip = (raw: string): string => raw.replaceAll(/^[\r\n\uFEFF]+|[\r\n]+$/g, "");
const shown = (records: ReturnType<typeof parseRecords>) => records.map((one) => ({ ...one, raw: strip(one.raw) }));

describe("readRecords", () => {
  const piece = fc.constantFrom("a", "web01", ",", " ", "\t", ";", "10.0.0.1", "\n", "\r\n", "\uFEFF", "é", "😀", "'");
  const texts = fc.tuple(fc.boolean(), fc.array(piece, { maxLength: 30 })).map(([isDos, pieces]) => {
    const text = pieces.join("").replaceAll("\r\n", "\n");
    return isDos ? text.replaceAll("\n", "\r\n") : text;
  });

  it("reads a text without quotes as the parser does", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const plain = readPlainRecords(text);
        expect(plain && shown(plain)).toEqual(shown(parseRecords(text)));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ["a quote", 'a,"b,c"\n', [["a", "b,c"]]],
    [
      "a line break of another kind",
      "a,b\r\nc,d\ne,f\r\n",
      [
        ["a", "b"],
        ["c", "d\ne", "f"],
      ],
    ],
    [
      "a carriage return alone",
      "a,b\rc,d\r",
      [
        ["a", "b"],
        ["c", "d"],
      ],
    ],
  ])("leaves %s to the parser", (_, text, cells) => {
    expect(readPlainRecords(text)).toBeUndefined();
    expect(readRecords(text).map((one) => one.cells)).toEqual(cells);
  });

  it("leaves a line that may be too long to the parser, which refuses it if it is", () => {
    expect(readPlainRecords(`a,${"b".repeat(20_000)}`)).toBeUndefined();
    expect(readRecords(`a,${"b".repeat(20_000)}`)).toHaveLength(1);
    expect(() => readRecords(`a,${"b".repeat(70_000)}`)).toThrow(/record/i);
  });
});
