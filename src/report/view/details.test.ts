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

it("tells once why nothing left a vantage point, whatever it was to ask; twin: another cause, another vantage point", () => {
  const closed = (from: string, detail: string, requirement: string): Result => ({
    ...(results[0] as Result),
    from,
    requirement,
    reason: "vantage-not-opened",
    verdict: "error",
    evidence: { detail },
  });
  const all = ["web", "agent", "syslog"].map((requirement) => closed("web01", "ssh: exit code 255", requirement));
  expect(detailsOf(all).map(({ text }) => text)).toEqual([expect.stringContaining("Likewise 2 more flows.")]);
  expect(
    detailsOf([...all, closed("web01", "ssh broke off", "web"), closed("web02", "ssh: exit code 255", "web")]),
  ).toHaveLength(3);
});
