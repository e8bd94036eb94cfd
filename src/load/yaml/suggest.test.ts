import { describe, expect, it } from "vitest";
import { closest, didYouMean, listNames } from "./suggest.ts";

describe("closest", () => {
  it.each([
    ["mian", ["lab", "main", "muc"], "main"],
    ["agent-receiver", ["apache", "agent_receiver"], "agent_receiver"],
    ["HOSTS", ["hosts"], "hosts"],
    ["addr", ["port", "address"], "address"],
    ["esx01", ["sw01", "web01"], undefined],
    ["x", ["y"], undefined],
    ["oslo", ["main"], undefined],
    ["web1", ["web2", "web11", "web1x"], "web2"],
    ["a".repeat(1000), ["b".repeat(1000)], undefined],
  ])("%s among %j is %s", (word, candidates, expected) => expect(closest(word, candidates)).toBe(expected));
});

describe("sentences", () => {
  it("asks only when a name is close", () => {
    expect(didYouMean("mian", ["main"])).toBe('; did you mean "main"?');
    expect(didYouMean("oslo", ["main"])).toBe("");
  });

  it("lists eight names and counts the rest", () => {
    expect(listNames(["b", "a"])).toBe("a, b");
    expect(listNames("jihgfedcba")).toBe("a, b, c, d, e, f, g, h and 2 more");
  });
});
