import { expect, it } from "vitest";
import { nextRandomBytes } from "./random-bytes.ts";

it("gives as many as were asked for, and none twice, also where one portion ends and the next begins", () => {
  const taken = Array.from({ length: 5_000 }, () => nextRandomBytes(8));
  expect(taken.every(({ length }) => length === 8)).toBe(true);
  expect(new Set(taken.map((bytes) => Buffer.from(bytes).toString("hex"))).size).toBe(5_000);
  expect(nextRandomBytes(3)).toHaveLength(3);
  expect(nextRandomBytes(4_096)).toHaveLength(4_096);
});
