import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { deliver, OutputError, parseDestinations } from "./formats.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "portmatrix-formats-"));
});
afterEach(() => rm(folder, { recursive: true }));

const known = ["table", "json"] as const;

describe("parseDestinations", () => {
  it("splits format and file at the first equals sign", async () => {
    const file = join(folder, "a=b.json");
    expect(await parseDestinations(["table", `json=${file}`], known)).toEqual([
      { format: "table" },
      { format: "json", file },
    ]);
  });

  it("reports every mistake at once", async () => {
    const attempt = parseDestinations(
      ["xml", "table", "json", "json=", `json=${folder}`, "json=/nowhere/at/all.json"],
      known,
    );
    await expect(attempt).rejects.toMatchObject({
      problems: [
        { file: "--format", message: '"xml" is not a format; use one of table, json, with =FILE to write a file' },
        { file: "--format", message: '"json=" names no file after "="' },
        { file: "--format", message: `cannot write "${folder}": it is a directory` },
        { file: "--format", message: 'cannot write "/nowhere/at/all.json": there is no directory "/nowhere/at"' },
        { file: "--format", message: "only one format can go to stdout, not table and json; add =FILE to the others" },
      ],
    });
  });

  it("refuses two formats for one file", async () => {
    const file = join(folder, "out");
    await expect(parseDestinations([`json=${file}`, `table=${file}`], known)).rejects.toThrow(
      `"${file}" is named twice`,
    );
  });
});

it("deliver keeps the mode of a file, and one bad place keeps nothing else back", async () => {
  const file = join(folder, "run.json");
  await writeFile(file, "old", { mode: 0o600 });
  const printed: string[] = [];
  const attempt = deliver(
    [{ format: "json", file: "/dev/full" }, { format: "json", file }, { format: "table" }],
    (format) => format,
    (text) => printed.push(text),
  );
  await expect(attempt).rejects.toThrow(new OutputError('cannot write "/dev/full": no space is left'));
  expect(printed).toEqual(["table"]);
  expect(await readFile(file, "utf8")).toBe("json");
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

it("deliver replaces files in one step and prints the rest", async () => {
  const file = join(folder, "run.json");
  await writeFile(file, "old");
  const printed: string[] = [];
  await deliver(
    [{ format: "table" }, { format: "json", file }],
    (format, toStdout) => `${format} ${toStdout}`,
    (text) => printed.push(text),
  );
  expect(printed).toEqual(["table true"]);
  expect(await readFile(file, "utf8")).toBe("json false");
  expect(await readdir(folder)).toEqual(["run.json"]);
});

it("deliver writes a rendering in pieces as one text", async () => {
  const file = join(folder, "run.json");
  const printed: string[] = [];
  await deliver(
    [{ format: "table" }, { format: "json", file }],
    () => new Set(["one ", "two ", "three"]),
    (text) => printed.push(text),
  );
  expect(printed).toEqual(["one ", "two ", "three"]);
  expect(await readFile(file, "utf8")).toBe("one two three");
  expect(await readdir(folder)).toEqual(["run.json"]);
});

it("deliver leaves the old file where a rendering breaks off between its pieces", async () => {
  const file = join(folder, "run.json");
  await writeFile(file, "old");
  const breaksOff = function* () {
    yield "half of";
    throw new Error("broke off");
  };
  await expect(deliver([{ format: "json", file }], breaksOff, () => undefined)).rejects.toThrow(OutputError);
  expect(await readFile(file, "utf8")).toBe("old");
  expect(await readdir(folder)).toEqual(["run.json"]);
});
