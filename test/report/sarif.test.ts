import draft04 from "ajv-draft-04";
import formats from "ajv-formats";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { renderSarif } from "../../src/report/run/sarif.ts";
import { eachRun, runs } from "./runs.ts";

const require = createRequire(import.meta.url);
const schema = JSON.parse(
  readFileSync(require.resolve("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"), "utf8"),
) as object;
const ajv = new draft04.default({ strict: false, allErrors: true, unicodeRegExp: false });
formats.default(ajv);
const validate = ajv.compile(schema);
const complaintsAbout = (log: unknown) => (validate(log) ? [] : (validate.errors ?? []));

interface Log {
  runs: {
    tool: { driver: { rules: { id: string; helpUri?: string }[] } };
    invocations: { executionSuccessful: boolean; toolExecutionNotifications: { level: string }[] }[];
    results: {
      ruleId: string;
      ruleIndex: number;
      kind: string;
      level: string;
      locations: { physicalLocation: { artifactLocation: { uri: string } } }[];
      partialFingerprints: Record<string, string>;
    }[];
  }[];
}
const read = (text: string) => {
  const [run] = (JSON.parse(text) as Log).runs;
  if (run === undefined) throw new Error("no run");
  return run;
};

describe.each(eachRun)("%s", (_, run) => {
  const text = renderSarif(run);
  const { tool, results, invocations } = read(text);

  it("fits the schema of SARIF 2.1.0", () => expect(complaintsAbout(JSON.parse(text))).toEqual([]));

  it("keeps the rules that the schema does not know", () => {
    for (const { ruleId, ruleIndex, kind, level, locations } of results) {
      expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
      expect(kind === "fail" ? ["error", "warning"] : ["none"]).toContain(level);
      expect(new URL(locations[0]?.physicalLocation.artifactLocation.uri ?? "", "https://x/").href).toMatch(/^https:/);
    }
    const fingerprints = results.map(({ partialFingerprints }) => partialFingerprints["flowId/v1"]);
    expect(new Set(fingerprints).size).toBe(results.length);
  });

  it("has failures as results and what we could not send as notifications", () => {
    const { fail, unknown, error } = run.summary;
    const [invocation] = invocations;
    expect(results.filter(({ level }) => level === "error")).toHaveLength(fail);
    expect(results.filter(({ kind }) => kind === "open")).toHaveLength(unknown);
    expect(invocation?.executionSuccessful).toBe(error === 0 && run.interrupted !== true);
    const errors = invocation?.toolExecutionNotifications.filter(({ level }) => level === "error") ?? [];
    expect(errors).toHaveLength(error + (run.interrupted === true ? 1 : 0));
  });
});

it("points to the section of the document, and for own requirements to nothing", () => {
  const { rules } = read(renderSarif(runs.mixed())).tool.driver;
  const help = Object.fromEntries(rules.map(({ id, helpUri }) => [id, helpUri]));
  expect(help["2.1/agent"]).toBe("https://docs.checkmk.com/2.3.0/en/ports.html#host_incoming_cmk_outgoing");
  expect(help["extra/tcp-22"]).toBeUndefined();
});

it("the schema refuses what is no SARIF", () => {
  const log = JSON.parse(renderSarif(runs.mixed())) as Log;
  expect(complaintsAbout({ ...log, version: "2.0.0" })).not.toEqual([]);
  const [result] = log.runs[0]?.results ?? [];
  if (result !== undefined) result.level = "bad";
  expect(complaintsAbout(log)).not.toEqual([]);
});
