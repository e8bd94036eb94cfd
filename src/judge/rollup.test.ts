import { describe, expect, it } from "vitest";
import { outcomeKindSchema } from "../model/run/run.ts";
import { verdictSchema, type Expectation, type Stage, type Verdict } from "../model/verdict.ts";
import { outcomes } from "../../test/cases/judge-case.ts";
import { type Demands, exitCodeOf, summarise } from "./rollup.ts";
import { isSurprising } from "./surprise.ts";

const results = (...verdicts: Verdict[]) => verdicts.map((verdict) => ({ verdict }));

describe("exitCodeOf", () => {
  it.each<[Verdict[], number, number, number]>([
    [["pass"], 0, 0, 0],
    [["pass", "warn"], 0, 0, 3],
    [["pass", "skipped"], 0, 3, 3],
    [["pass", "fail", "error", "unknown"], 1, 1, 1],
    [["fail", "skipped"], 1, 1, 1],
    [["pass", "unknown"], 3, 3, 3],
    [["pass", "error"], 3, 3, 3],
    [["skipped", "skipped"], 3, 3, 3],
    [[], 3, 3, 3],
  ])("%j: %i, complete %i, strict %i", (verdicts, lax, complete, strict) => {
    const code = (demands: Partial<Demands>) =>
      exitCodeOf(results(...verdicts), { strict: false, complete: false, ...demands });
    expect([code({}), code({ complete: true }), code({ strict: true })]).toEqual([lax, complete, strict]);
  });
});

describe("summarise", () => {
  it("counts each verdict once and takes the worst of what was probed", () => {
    const summary = summarise(results(...verdictSchema.options, "skipped"));
    expect(summary).toEqual({ verdict: "fail", pass: 1, warn: 1, fail: 1, unknown: 1, error: 1, skipped: 2 });
    expect(summarise(results("unknown", "error")).verdict).toBe("error");
    expect(summarise(results("skipped", "pass")).verdict).toBe("pass");
    expect(summarise([]).verdict).toBe("skipped");
  });
});

describe("isSurprising", () => {
  const surprising = (expectation: Expectation, stage: Stage): string[] =>
    outcomeKindSchema.options.filter((kind) =>
      isSurprising([expectation], stage, { answers: [{ outcome: outcomes[kind], evidence: {} }] }),
    );

  it.each<[Expectation, Stage, string[]]>([
    ["open", "live", ["refused", "prohibited", "unreachable", "silent"]],
    ["open", "preinstall", ["prohibited", "unreachable", "silent"]],
    ["blocked", "live", ["open"]],
    ["blocked", "preinstall", ["open"]],
  ])("%s, %s", (expectation, stage, expected) => expect(surprising(expectation, stage)).toEqual(expected));

  it("asks again when this machine may be able to a moment later", () => {
    const unsent = (cause: "name" | "privilege") => ({
      answers: [{ outcome: { kind: "unsent", cause, detail: "" } as const, evidence: {} }],
    });
    expect(isSurprising(["open"], "live", unsent("name"))).toBe(true);
    expect(isSurprising(["open"], "live", unsent("privilege"))).toBe(false);
  });

  it.each([
    ["open", "silent", false], // asked again already
    ["open", "refused", true],
    ["blocked", "open", true],
  ] as const)("must be %s and is %s after two tries within the attempt: %s", (expectation, kind, surprises) => {
    const seen = { answers: [{ outcome: outcomes[kind], evidence: { tries: 2 as const } }] };
    expect(isSurprising([expectation], "live", seen)).toBe(surprises);
  });

  it("is surprised if any flow that shares the probe is, and by any address", () => {
    const open = { outcome: outcomes.open, evidence: {} };
    const silent = { outcome: outcomes.silent, evidence: {} };
    expect(isSurprising(["open", "blocked"], "live", { answers: [open] })).toBe(true);
    expect(isSurprising(["open"], "live", { answers: [open, silent] })).toBe(true);
    expect(isSurprising(["open"], "live", { answers: [open, open] })).toBe(false);
  });
});
