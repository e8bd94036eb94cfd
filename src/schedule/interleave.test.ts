import { describe, expect, it } from "vitest";
import { interleave } from "./interleave.ts";

/** `a1` is the first probe of target a. */
const probes = (text: string) =>
  text
    .split(" ")
    .filter(Boolean)
    .map((id) => ({ id, target: id.slice(0, 1) }));

describe("interleave", () => {
  it.each([
    ["nothing", "", ""],
    ["one target keeps its order", "a1 a2 a3", "a1 a2 a3"],
    ["targets take turns", "a1 a2 a3 b1 b2 c1", "a1 b1 c1 a2 b2 a3"],
    ["targets keep the order of their first appearance", "c1 a1 b1 a2 c2", "c1 a1 b1 c2 a2"],
    ["already interleaved stays", "a1 b1 a2 b2", "a1 b1 a2 b2"],
  ])("%s", (_name, input, output) => {
    expect(interleave(probes(input)).map(({ id }) => id)).toEqual(probes(output).map(({ id }) => id));
  });
});
