import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readEpmdNames } from "./epmd.ts";

const answer = (port: number, text: string) =>
  Buffer.concat([Uint8Array.of(0, 0, port >> 8, port & 255), Buffer.from(text)]);

describe("the names that epmd knows", () => {
  it.each([
    ["none", "", []],
    ["one", "name rabbit-main at port 25672\n", [{ name: "rabbit-main", port: 25_672 }]],
    [
      "two, and a cut one",
      "name one at port 1\nname two at port 2\nname thr",
      [
        { name: "one", port: 1 },
        { name: "two", port: 2 },
      ],
    ],
    ["hostile ones", "name a\u202eb at port 7\n", [{ name: "a b", port: 7 }]],
  ])("%s", (_name, text, nodes) => {
    expect(readEpmdNames(answer(4_369, text))).toEqual({ port: 4_369, nodes });
  });

  it("are a hundred at most", () => {
    expect(readEpmdNames(answer(4_369, "name n at port 1\n".repeat(500)))?.nodes).toHaveLength(100);
  });

  it.each([
    ["nothing", Buffer.alloc(0)],
    ["three bytes", Buffer.from([0, 0, 17])],
    ["port 0", answer(0, "")],
    ["a port that is none", Buffer.from([0, 1, 17, 17])],
    ["another line", answer(4_369, "SSH-2.0-x\n")],
    ["a banner", Buffer.from("220 mail ready\r\n")],
  ])("%s is none", (_name, bytes) => {
    expect(readEpmdNames(bytes)).toBeUndefined();
  });

  it("are read without an error whatever they are", () => {
    const texts = fc.string({ unit: "binary" }).map((text) => answer(4_369, `name ${text} at port 5\n`));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), texts), (bytes) => {
        for (const { name } of readEpmdNames(bytes)?.nodes ?? []) expect(name).not.toMatch(/[\p{Cc}\u202e]/u);
      }),
    );
  });
});
