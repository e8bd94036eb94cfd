import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadRun } from "./run.ts";

const run = {
  format: 1,
  tool: { name: "portmatrix", version: "0.1.0" },
  startedAt: "2026-11-20T20:00:00.000Z",
  durationMs: 1,
  catalog: { product: "acme", version: "1", title: "Acme", url: "https://example.com" },
  stage: "live",
  sections: [],
  summary: { verdict: "pass", pass: 0, warn: 0, fail: 0, unknown: 0, error: 0, skipped: 0 },
  results: [],
};

describe("loadRun", () => {
  let directory = "";
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "portmatrix-run-"));
  });
  afterAll(() => rm(directory, { recursive: true }));
  const load = async (text: string): Promise<unknown> => {
    const file = join(directory, "run.json");
    await writeFile(file, text);
    return loadRun(file).catch((error: unknown) => String(error).replaceAll(`${directory}/`, ""));
  };

  it("reads back what was written", async () => expect(await load(JSON.stringify(run))).toEqual(run));

  it.each([
    ["", "InputError: run.json: the file is empty"],
    ["{", "InputError: run.json: this is not JSON; a run record is written by: check --format json=FILE"],
    ["[]", "InputError: run.json: this is not a run record of portmatrix; this version reads format 1"],
    [
      JSON.stringify({ ...run, format: 2 }),
      "InputError: run.json: this is a run record of format 2; this version reads format 1",
    ],
    [
      JSON.stringify({ ...run, stage: "life", durationMs: -1 }),
      'InputError: run.json: durationMs: -1 is out of range\nInputError: run.json: stage: "life" is not one of live, preinstall; did you mean "live"?'.replace(
        "\nInputError: ",
        "\n",
      ),
    ],
  ])("%s", async (text, expected) => expect(await load(text)).toBe(expected));
});
