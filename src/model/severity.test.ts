import { expect, it } from "vitest";
import { countVerdicts, isProblem, severity, worstFirst, worstOf } from "./severity.ts";
import { type Verdict, verdictSchema } from "./verdict.ts";

const results = (...verdicts: Verdict[]) => verdicts.map((verdict) => ({ verdict }));

it("ranks every verdict once", () => {
  expect(worstFirst.toSorted()).toEqual(verdictSchema.options.toSorted());
  expect(worstFirst.map(severity)).toEqual([0, 1, 2, 3, 4, 5]);
});

it.each<[Verdict[], Verdict]>([
  [["pass", "skipped"], "pass"],
  [["pass", "warn", "unknown"], "unknown"],
  [["unknown", "error"], "error"],
  [["error", "fail", "pass"], "fail"],
  [[], "skipped"],
])("the worst of %j is %s", (verdicts, worst) => expect(worstOf(results(...verdicts))).toBe(worst));

it("counts, and tells what is a problem", () => {
  expect(countVerdicts(results("fail", "pass", "fail"))).toMatchObject({ fail: 2, pass: 1, skipped: 0 });
  expect(verdictSchema.options.filter(isProblem)).toEqual(["fail", "unknown", "error"]);
});
