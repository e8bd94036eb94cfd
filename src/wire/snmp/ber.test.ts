import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  berElement,
  berInteger,
  berOid,
  contentOf,
  readOid,
  readSigned,
  readUnsigned,
  takeElement,
  takeElements,
} from "./ber.ts";

const contentOfWritten = (written: readonly number[], type: number) =>
  contentOf(takeElement(Uint8Array.from(written)), type);

describe("what is written is read back", () => {
  it("integers", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0x7fff_ffff }), (value) => {
        const content = contentOfWritten(berInteger(value), 2);
        expect([readSigned(content), readUnsigned(content)]).toEqual([value, value]);
      }),
    );
  });

  it("object identifiers", () => {
    const arcs = fc.tuple(
      fc.nat({ max: 1 }),
      fc.nat({ max: 39 }),
      fc.array(fc.nat({ max: 0x7fff_ffff }), { maxLength: 12 }),
    );
    fc.assert(
      fc.property(arcs, ([first, second, more]) => {
        const dotted = [first, second, ...more].join(".");
        expect(readOid(contentOfWritten(berOid(dotted), 6))).toBe(dotted);
      }),
    );
  });

  it.each([0, 1, 127, 128, 255, 256, 1_000])("an element of %i bytes", (length) => {
    const content = Array.from({ length }, (_, index) => index & 255);
    expect(contentOfWritten(berElement(4, content), 4)).toEqual(Uint8Array.from(content));
  });
});

it.each([
  [[0xff], -1, 255],
  [[0x80, 0, 0, 0], -0x8000_0000, 0x8000_0000],
  [[0, 0xff, 0xff, 0xff, 0xff], 0xffff_ffff, 0xffff_ffff],
  [[], undefined, undefined],
  [[0, 0, 0, 0, 0, 1], undefined, undefined],
])("the integer %j is %s with a sign and %s without", (bytes, signed, unsigned) => {
  const content = Uint8Array.from(bytes);
  expect([readSigned(content), readUnsigned(content)]).toEqual([signed, unsigned]);
});

it.each([
  [[0x2b, 6, 1], "1.3.6.1"],
  [[0x88, 0x37], "2.999"],
  [[0x2b, 0x86], undefined],
  [[0x2b, 0x8f, 0xff, 0xff, 0xff, 0x7f], "1.3.4294967295"],
  [[0x2b, 0x90, 0x80, 0x80, 0x80, 0x00], undefined], // 2^32
  [[0x2b, ...Array.from({ length: 400 }, () => 0xff), 1], undefined], // would be Infinity
  [Array.from({ length: 127 }, () => 1), ["0.1", ...Array.from({ length: 126 }, () => "1")].join(".")],
  [Array.from({ length: 128 }, () => 1), undefined], // 129 arcs
  [[], undefined],
])("the object identifier %j is %s", (bytes, dotted) => {
  expect(readOid(Uint8Array.from(bytes))).toBe(dotted);
});

it("an element that is not all there is none, nor are elements that do not fill their place", () => {
  const two = Uint8Array.from([2, 1, 5, 4, 2, 7, 7]);
  expect(takeElements(two)?.map(({ type }) => type)).toEqual([2, 4]);
  expect(takeElements(two, 1)).toBeUndefined();
  expect(takeElements(two.subarray(0, -1))).toBeUndefined();
  expect(takeElement(Uint8Array.from([4, 0x80, 0, 0]))).toBeUndefined(); // indefinite length
  expect(takeElement(Uint8Array.from([4, 0x85, 0, 0, 0, 0, 0]))).toBeUndefined();
});
