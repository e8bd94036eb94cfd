import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { answer, flow, observed, outcomes, planOf } from "../../../test/cases/judge-case.ts";
import { renderNdjson } from "../../report/run/ndjson.ts";
import type { Prepared } from "./prepare.ts";
import { recordOf } from "./record.ts";
import { streamOf } from "./stream.ts";

const open = flow({ port: 8000 });
const [http, https] = [flow({ port: 80, alternative: "web" }), flow({ port: 443, alternative: "web" })];
const blocked = flow({ port: 22, expect: "blocked" });
const elsewhere = flow({ from: "web02" });
const prepared: Prepared = {
  plan: planOf([open, http, https, blocked, elsewhere]),
  file: "portmatrix.yaml",
  stage: "live",
  senders: new Set(["web01"]),
  needed: new Map(),
  descriptorsHeld: 0,
  childEnv: {},
  tasks: [],
  elsewhere: [],
  addressesOf: new Map(),
  decoys: new Map(),
  isSparedFromDecoys: () => false,
  isSurprising: () => false,
};
const startedAt = new Date("2026-11-20T20:00:00.000Z");
const circumstances = { version: "0.1.0", startedAt, durationMs: 12.34, interrupted: false };
const seen = { ...observed([answer(outcomes.open)]), earlier: [] };
const all = new Map([open, http, https, blocked].map(({ probe }) => [probe, seen]));
const run = recordOf(prepared, all, circumstances);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "portmatrix-stream-"));
});
afterEach(() => rm(folder, { recursive: true }));

it("there is none unless ndjson is asked for", () => {
  expect(streamOf([{ format: "json" }], () => undefined)).toBeUndefined();
});

describe("to stdout", () => {
  it("writes each result as soon as it is final, and in the end what the record has", async () => {
    let text = "";
    const stream = streamOf([{ format: "ndjson" }], (more) => (text += more));
    if (stream === undefined) throw new Error("no stream");
    const lines = async () => {
      await nextTurn();
      await nextTurn();
      return text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as { type: string; id?: string });
    };
    const idsSoFar = async () => (await lines()).flatMap(({ id }) => id ?? []);

    await stream.begin(prepared, circumstances);
    expect((await lines()).map(({ type, id }) => [type, id])).toEqual([
      ["run", undefined],
      ["result", elsewhere.id],
    ]);
    stream.observed(http.probe, seen);
    stream.observed(blocked.probe, seen);
    expect(await idsSoFar()).toEqual([elsewhere.id]);
    stream.observed(open.probe, seen);
    expect(await idsSoFar()).toEqual([elsewhere.id, open.id]);
    stream.observed(https.probe, seen);
    expect(await idsSoFar()).toEqual(
      [elsewhere.id, open.id, https.id, http.id].toSorted((a, b) => order(a) - order(b)),
    );
    await stream.end(run);
    expect((await lines()).at(-1)).toMatchObject({ type: "summary", verdict: "fail", durationMs: 12.3 });
    expect(text.trimEnd().split("\n").toSorted()).toEqual(renderNdjson(run).trimEnd().split("\n").toSorted());
  });
});

/** The order of the lines in the test above: a group comes sorted by id. */
const order = (id: string): number =>
  [elsewhere.id, open.id, ...[http.id, https.id].toSorted()].findIndex((one) => one === id);

describe("to files", () => {
  it("keeps an old file until the new one is complete", async () => {
    const file = join(folder, "run.ndjson");
    await writeFile(file, "old");
    const stream = streamOf([{ format: "ndjson", file }, { format: "table" }], () => {
      throw new Error("nothing goes to stdout");
    });
    await stream?.begin(prepared, circumstances);
    for (const [probe, what] of all) stream?.observed(probe, what);
    expect(await readFile(file, "utf8")).toBe("old");
    await stream?.end(run);
    const text = await readFile(file, "utf8");
    expect(text.trimEnd().split("\n").toSorted()).toEqual(renderNdjson(run).trimEnd().split("\n").toSorted());
    expect(await readdir(folder)).toEqual(["run.ndjson"]);
  });

  it.each([
    ["that cannot be opened", () => join(folder, "no", "such", "folder"), "there is no such directory"],
    ["that is full", () => "/dev/full", "no space is left"],
  ])("says so of a place %s, and the other places get everything", async (_, place, reason) => {
    const file = join(folder, "run.ndjson");
    const bad = place();
    const places = [bad, file].map((one) => ({ format: "ndjson", file: one }));
    const stream = streamOf(places, () => undefined);
    await stream?.begin(prepared, circumstances);
    for (const [probe, what] of all) stream?.observed(probe, what);
    expect(await stream?.end(run)).toMatchObject({ undelivered: [`cannot write "${bad}": ${reason}`] });
    expect((await readFile(file, "utf8")).trimEnd().split("\n")).toHaveLength(run.results.length + 2);
    expect(await readdir(folder)).toEqual(["run.ndjson"]);
  });

  it("writes a device as it is", async () => {
    const stream = streamOf([{ format: "ndjson", file: "/dev/null" }], () => undefined);
    await stream?.begin(prepared, circumstances);
    await expect(stream?.end(run)).resolves.toEqual({ summary: run.summary, undelivered: [] });
  });
});
