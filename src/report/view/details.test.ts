import { expect, it } from "vitest";
import { answer, observed, outcomes } from "../../../test/cases/judge-case.ts";
import { make, runOf, type Story } from "../../../test/cases/report-run.ts";
import type { Result } from "../../model/run/run.ts";
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

const closed = (from: string, detail: string, requirement = "web"): Result => ({
  ...(results[0] as Result),
  from,
  requirement,
  reason: "vantage-not-opened",
  verdict: "error",
  evidence: { detail },
});

it("tells once why nothing left some vantage points, whatever they were to ask", () => {
  const all = ["web", "agent", "syslog"].flatMap((requirement) =>
    ["web01", "web02"].map((from) =>
      closed(from, `ssh: connect to host ${from} port 22: Connection refused`, requirement),
    ),
  );
  expect(detailsOf(all).map(({ text }) => text)).toEqual([
    expect.stringContaining("Likewise 5 more flows from web01 and web02."),
  ]);
  expect(detailsOf([...all, closed("web03", "ssh: Host key verification failed.")])).toHaveLength(2);
});

it("twin: words that nobody knows are told for each vantage point", () => {
  expect(detailsOf([closed("web01", "exit code 3"), closed("web02", "exit code 3")])).toHaveLength(2);
});
