import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseDestinations } from "./formats.ts";

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

  it("tries whether a file can be made, and leaves nothing behind and nothing of others changed", async () => {
    await writeFile(join(folder, "run.json.part"), "somebody else's");
    await parseDestinations([`json=${join(folder, "run.json")}`], known);
    expect(await readdir(folder)).toEqual(["run.json.part"]);
  });
});
