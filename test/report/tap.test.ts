import { Parser, type FinalResults } from "tap-parser";
import { describe, expect, it } from "vitest";
import { renderTap } from "../../src/report/run/tap.ts";
import { eachRun, runs } from "./runs.ts";

interface Parsed {
  complete: FinalResults;
  /** Test points of the subtests, in order. */
  points: { ok: boolean; name: string; skip: boolean | string; diag: unknown }[];
  /** Lines that are no TAP. */
  extra: string[];
}

/** Reads TAP as node-tap's own parser does, in its strict mode. */
function parse(text: string): Parsed {
  const [points, extra]: [Parsed["points"], string[]] = [[], []];
  const parser = new Parser({ strict: true });
  let complete: FinalResults | undefined;
  parser.on("child", (child: Parser) => {
    child.on("assert", ({ ok, name, skip, diag }) => points.push({ ok, name, skip: skip ?? false, diag }));
    child.on("extra", (line: string) => extra.push(line));
  });
  parser.on("extra", (line: string) => extra.push(line));
  parser.on("complete", (results: FinalResults) => (complete = results));
  parser.end(text);
  if (complete === undefined) throw new Error("the parser found no end");
  return { complete, points, extra };
}

describe.each(eachRun)("%s", (_, run) => {
  const { complete, points, extra } = parse(renderTap(run));

  it("is TAP 14 throughout, and its counts are those of the run", () => {
    expect(renderTap(run)).toMatch(/^TAP version 14\n/);
    expect(extra).toEqual([]);
    const { fail, unknown, error, skipped } = run.summary;
    expect(points).toHaveLength(run.results.length);
    expect(points.filter(({ ok }) => !ok)).toHaveLength(fail + unknown + error);
    expect(points.filter(({ skip }) => skip !== false)).toHaveLength(skipped);
    expect(complete.ok).toBe(fail + unknown + error === 0 && run.interrupted !== true);
  });

  it("says why wherever it is not green", () => {
    const red = points.filter(({ ok }) => !ok);
    for (const { diag } of red) expect(diag).toMatchObject({ verdict: expect.stringMatching(/./) as string });
    expect(red.filter(({ diag }) => diag === undefined)).toEqual([]);
  });
});

it("does not let a description open a directive", () => {
  const { points } = parse(renderTap(runs.hostile()));
  expect(points.filter(({ skip }) => skip !== false).map(({ name }) => name)).toEqual([
    expect.stringMatching(/^2\.2\/web-http\/web02->cmk/),
  ]);
  expect(points[0]?.name).toContain("# SKIP");
});

it("keeps the evidence readable", () => {
  const { points } = parse(renderTap(runs.mixed()));
  const sw02 = points.find(({ name }) => name === "2.1/snmp/cmk->sw02/udp/161");
  expect(sw02?.diag).toMatchObject({ verdict: "unknown", reason: "udp-silence", evidence: { waitedMs: 3200 } });
});

it("the parser refuses what is no TAP", () => {
  expect(parse("TAP version 14\n1..2\nok 1 - a\n").complete.ok).toBe(false);
  expect(parse("TAP version 14\n1..1\nrubbish\nok 1\n").complete.ok).toBe(false);
});

it("an interrupted run bails out", () => {
  expect(parse(renderTap(runs.interrupted())).complete.bailout).toBe("The run was interrupted.");
});
