import { expect, it } from "vitest";
import { answer, observed, outcomes } from "../../../test/cases/judge-case.ts";
import { make, runOf, type Story } from "../../../test/cases/report-run.ts";
import type { Result } from "../../model/run.ts";
import { detailsOf } from "./details.ts";

const hosts = ["web01", "web02", "web03"];
const refused = observed([answer(outcomes.refused)]);
const results = runOf(hosts.flatMap((host): Story[] => [[make.register(host), refused]])).results.flatMap(
  (result): Result[] => [
    { ...result, reason: "path-open-nothing-listens", verdict: "warn" },
    { ...result, id: `${result.id}0`, requirement: "other", reason: "path-open-nothing-listens", verdict: "warn" },
  ],
);

it("tells the open paths of a section in one line, whatever they are for", () => {
  expect(detailsOf(results).map(({ text }) => text)).toEqual([expect.stringContaining("Likewise 5 more flows")]);
});

it("tells apart of which more is known, and other reasons by requirement", () => {
  const [first, ...rest] = results as [Result, ...Result[]];
  expect(detailsOf([{ ...first, evidence: { resetFrom: "host-likely" } }, ...rest])).toHaveLength(2);
  const others = results.map((result): Result => ({ ...result, reason: "connection-refused", verdict: "fail" }));
  expect(detailsOf(others)).toHaveLength(2);
});
