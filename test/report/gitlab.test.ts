import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { renderGitlab } from "../../src/report/run/gitlab.ts";
import { isNoteworthy } from "../../src/report/view/noteworthy.ts";
import { eachRun, runs } from "./runs.ts";

/** What GitLab asks of a Code Quality report: docs.gitlab.com/ci/testing/code_quality, "Code Quality report format". */
const text = { type: "string", minLength: 1 };
const validate = new Ajv().compile({
  type: "array",
  items: {
    type: "object",
    required: ["description", "check_name", "fingerprint", "severity", "location"],
    additionalProperties: false,
    properties: {
      description: text,
      check_name: text,
      fingerprint: text,
      severity: { enum: ["info", "minor", "major", "critical", "blocker"] },
      location: {
        type: "object",
        required: ["path", "lines"],
        properties: {
          path: { type: "string", pattern: "^(?!\\.?/)(?!-$)." },
          lines: { type: "object", required: ["begin"], properties: { begin: { type: "integer", minimum: 1 } } },
        },
      },
    },
  },
});

interface Entry {
  fingerprint: string;
  severity: string;
  location: { path: string };
}
const read = (report: string): Entry[] => {
  const parsed: unknown = JSON.parse(report);
  expect([validate(parsed), validate.errors]).toEqual([true, null]);
  return parsed as Entry[];
};

describe.each(eachRun)("%s", (_, run) => {
  it("is a report with one entry for each flow that somebody should look at", () => {
    const entries = read(renderGitlab(run));
    expect(entries).toHaveLength(run.results.filter(isNoteworthy).length);
    expect(new Set(entries.map(({ fingerprint }) => fingerprint)).size).toBe(entries.length);
    expect(entries.filter(({ severity }) => severity === "critical")).toHaveLength(run.summary.fail);
  });
});

it.each([
  ["./ci/ports.yaml", "ci/ports.yaml"],
  ["/etc/portmatrix.yaml", "portmatrix.yaml"],
  ["../ports.yaml", "portmatrix.yaml"],
  ["-", "portmatrix.yaml"],
])("a topology %s is placed at %s", (topology, path) => {
  expect(read(renderGitlab({ ...runs.failing(), topology }))[0]?.location.path).toBe(path);
});

it("the schema refuses an unknown severity and an absolute path", () => {
  const [entry] = read(renderGitlab(runs.failing()));
  expect(validate([entry])).toBe(true);
  expect(validate([{ ...entry, severity: "bad" }])).toBe(false);
  expect(validate([{ ...entry, location: { path: "/a", lines: { begin: 1 } } }])).toBe(false);
});
