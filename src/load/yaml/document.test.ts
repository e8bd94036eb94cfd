import { mkdtemp, open, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { InputError } from "../../model/text/problem.ts";
import { parseDocument, readDocument } from "./document.ts";

function refusal(text: string): string {
  try {
    return `accepted: ${JSON.stringify(parseDocument(text, "f").value)}`;
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
}

describe("parseDocument", () => {
  const laughs = ["a: &a [x, x, x, x, x, x, x, x, x]"].concat(
    [..."bcdefgh"].map((name, index) => `${name}: &${name} [${Array(9).fill(`*${"abcdefg"[index]}`).join(", ")}]`),
  );

  it.each([
    ["nothing", "", "f: the file is empty"],
    ["comments only", "# x\n---\n", "f: the file is empty"],
    [
      "a repeated key",
      "a: 1\nb: { c: 1, c: 2 }\na: 2",
      'f:2:12: b.c: the key "c" stands here twice; keep one of them\nf:3:1: a: the key "a" stands here twice; keep one of them',
    ],
    ["a second document", "a: 1\n---\nb: 2", "f:2:1: a second document begins here; one file contains one document"],
    ["a tab", "a:\n\tb: 1", "f:2:1: a tab cannot indent YAML; use spaces"],
    ["two colons", "a: b: c", 'f:1:4: a second "key: value" on one line; put the value in quotes or on its own line'],
    ["an open quote", 'a: 1\nb: "x', 'f:2:4: this quote (") is not closed'],
    ["a list as a key", "? [a]\n: 1", "f:1:3: a key must be plain text"],
    [
      "a tag",
      "a: !!binary aGk=",
      "f:1:4: a tag (!name) that YAML 1.2 does not know; put a text that begins with ! in quotes",
    ],
    ["an alias inside its anchor", "a: &x [*x]", 'f:1:8: a[0]: the alias "*x" stands inside of what it refers to'],
    ["an alias without anchor", "a: *x", 'f:1:4: a: the alias "*x" has no anchor before it'],
    ["a key that objects cannot have", "__proto__: { a: 1 }", 'f:1:1: __proto__: "__proto__" cannot be a key'],
    ["deep lists", "[".repeat(100_000), "f:1:66: nested more than 64 levels deep; no document needs that"],
    ["deep blocks", "- ".repeat(100_000), "f:1:131: nested more than 64 levels deep; no document needs that"],
    ["a billion laughs", laughs.join("\n"), "f:7:7: g: its aliases (*name) expand to more than 3,000,000 values"],
    [
      "too many values",
      `[${"1,".repeat(670_000)}`,
      "f:1:1333334: more than 2,000,000 words and signs in one file; list many hosts as ranges or in a CSV include",
    ],
  ])("refuses %s", { timeout: 120_000 }, (_, text, expected) => expect(refusal(text)).toBe(expected));

  it.each([
    ["JSON, with tabs", '{\n\t"a": [1, true],\n\t"b": null\n}', { a: [1, true], b: null }],
    ["aliases", "a: &x { n: 1 }\nb: [*x, *x]", { a: { n: 1 }, b: [{ n: 1 }, { n: 1 }] }],
    ["64 levels", `${"[".repeat(64)}${"]".repeat(64)}`, JSON.parse(`${"[".repeat(64)}${"]".repeat(64)}`)],
    ["YAML 1.2 even where 1.1 is asked for", "%YAML 1.1\n---\na: yes", { a: "yes" }],
  ])("accepts %s", (_, text, expected) => expect(parseDocument(text, "f").value).toEqual(expected));

  it("knows where keys and values stand", () => {
    const { locate } = parseDocument("# x\na:\n  - b: &x { c: 1 }\n  - { b: *x }\ne:\n", "f");
    expect(locate(["a", 0, "b", "c"])).toEqual({ file: "f", line: 3, column: 16, path: "a[0].b.c" });
    expect(locate(["a", 0, "b"], "key")).toMatchObject({ line: 3, column: 5 });
    expect(locate(["a", 1, "b"])).toMatchObject({ line: 4, column: 10 });
    expect(locate(["a", 1, "b", "c"])).toMatchObject({ line: 3, column: 16 });
    expect(locate(["a", 9, "x y"])).toMatchObject({ line: 3, column: 3, path: 'a[9]["x y"]' });
    expect(locate(["e"])).toMatchObject({ line: 5, column: 1 });
    expect(locate([])).toMatchObject({ line: 2, column: 1, path: "" });
  });

  it("throws nothing but InputError, whatever the text", () => {
    const yamlish = fc.string({
      unit: fc.constantFrom(..."ab1:-?[]{},&*!|>'\"%@#\n\t ~", "- ", ": ", "\n  "),
      maxLength: 60,
    });
    fc.assert(
      fc.property(fc.oneof(yamlish, fc.string({ unit: "binary" })), (text) => void refusal(text)),
      { numRuns: 2000 },
    );
  });
});

describe("readDocument", () => {
  let directory = "";
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "portmatrix-load-"));
    await symlink("loop", join(directory, "loop"));
    await writeFile(join(directory, "good.yaml"), "\uFEFFa: ä\n");
    await writeFile(
      join(directory, "mixed.yaml"),
      Buffer.concat([Buffer.from("a: \uFFFD\nb: "), Buffer.from([0xe4, 0x0a])]),
    );
    await writeFile(join(directory, "utf16.yaml"), Buffer.from("\uFEFFa: 1\n", "utf16le"));
    await writeFile(join(directory, "binary"), Buffer.from("a: 1\n\0\0"));
    await writeFile(join(directory, "empty.yaml"), "");
    const large = await open(join(directory, "large.yaml"), "w");
    await large.truncate(50_000_000);
    await large.close();
  });
  afterAll(() => rm(directory, { recursive: true }));

  const refusalOf = async (name: string): Promise<string> => {
    const error: unknown = await readDocument(join(directory, name)).catch((reason: unknown) => reason);
    if (!(error instanceof InputError)) throw new Error(`${name} was accepted`);
    return error.message.replaceAll(`${directory}/`, "");
  };

  it.each([
    ["absent.yaml", "absent.yaml: there is no such file"],
    ["empty.yaml/x", "empty.yaml/x: a part of this path is not a directory"],
    ["loop", "loop: too many symbolic links; they lead in a circle"],
    ["", ": this is a directory; name a file"],
    ["empty.yaml", "empty.yaml: the file is empty"],
    ["large.yaml", "large.yaml: the file is 50 MB long; at most 10 MB are read"],
    ["binary", "binary:2:1: a NUL byte: this is not a text file"],
    ["utf16.yaml", "utf16.yaml: the file is UTF-16 text; save it as UTF-8"],
    ["mixed.yaml", "mixed.yaml:2:4: byte 0xE4 is not UTF-8 text; save the file as UTF-8"],
    ["nul\0name", String.raw`nul\u0000name: a file name cannot contain a NUL character`],
  ])("refuses %j", async (name, expected) =>
    expect(await refusalOf(name)).toBe(name === "" ? `${directory}: ${expected.slice(2)}` : expected),
  );

  it("reads UTF-8 with a byte order mark, and standard input", async () => {
    expect((await readDocument(join(directory, "good.yaml"))).value).toEqual({ a: "ä" });
    expect(await readDocument("-", { stdin: "a: 1" })).toMatchObject({ file: "stdin", value: { a: 1 } });
    expect((await readDocument("-", { stdin: Buffer.from("a: 1") })).value).toEqual({ a: 1 });
    await expect(readDocument("-")).rejects.toThrow("stdin: nothing was handed in on standard input");
    await expect(readDocument("-", { stdin: "x".repeat(10_000_001) })).rejects.toThrow("at most 10 MB are read");
  });

  it("takes no more than the limit from a device without end", async () => {
    await expect(readDocument("/dev/zero")).rejects.toThrow(
      "/dev/zero: this is a device, a terminal or a socket; name a file, or - for standard input",
    );
  });

  it("throws nothing but InputError, whatever the bytes", async () => {
    const accepts = async (bytes: Uint8Array): Promise<void> => {
      const error: unknown = await readDocument("-", { stdin: bytes }).catch((reason: unknown) => reason);
      if (error instanceof Error && !(error instanceof InputError)) throw error;
    };
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), accepts), { numRuns: 1000 });
  });
});
