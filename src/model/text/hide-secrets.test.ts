import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hideSecrets } from "./hide-secrets.ts";

describe("a secret that comes back is hidden", () => {
  it.each([
    ["my community is c0mmunity!", "my community is [secret]"],
    ["c0mmunity!c0mmunity!", "[secret][secret]"],
    ["cut at its end: c0mmun…", "cut at its end: [secret]…"],
    ["exit code 1: …munity! and more", "exit code 1: …[secret] and more"],
    ["nothing of it here…", "nothing of it here…"],
    ["c0mmu…", "c0mmu…"],
  ])("%s", (text, safe) => {
    expect(hideSecrets({ a: [text], n: 1 }, ["c0mmunity!"])).toEqual({ a: [safe], n: 1 });
  });

  it("as JSON writes it, as it is cleaned, and in a key", () => {
    const secret = 'quo"te\\ \u200bd';
    expect(hideSecrets(JSON.stringify({ secret }), [secret])).toBe('{"secret":"[secret]"}');
    expect(hideSecrets('it says quo"te\\ d', [secret])).toBe("it says [secret]");
    expect(hideSecrets({ [secret]: 1 }, [secret])).toEqual({ "[secret]": 1 });
  });

  it.each(["public", "private", "short"])("not where it is a word as any other: %s", (secret) => {
    const text = `a ${secret} printer`;
    expect(hideSecrets(text, [secret])).toBe(text);
  });

  it("wherever it stands", () => {
    const secret = "s3cret-7f3a9e";
    const around = fc.tuple(fc.string(), fc.string());
    fc.assert(
      fc.property(around, ([before, after]) => !hideSecrets(before + secret + after, [secret]).includes(secret)),
    );
  });
});
