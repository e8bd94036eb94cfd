import { expect, it } from "vitest";
import { annotatedFile } from "./annotated-file.ts";

it.each([
  ["portmatrix.yaml", "portmatrix.yaml"],
  ["./a/b.yaml", "a/b.yaml"],
  ["././b.yaml", "b.yaml"],
  [String.raw`a\b.yaml`, "a/b.yaml"],
  ["a..b.yaml", "a..b.yaml"],
  ["-", undefined],
  ["/etc/b.yaml", undefined],
  [String.raw`C:\b.yaml`, undefined],
  ["../b.yaml", undefined],
  ["a/../../b.yaml", undefined],
  ["", undefined],
])("%j is in the repository as %j", (topology, path) => {
  expect(annotatedFile({ topology })).toBe(path);
});

it("is absent where the record names no topology", () => expect(annotatedFile({})).toBeUndefined());
