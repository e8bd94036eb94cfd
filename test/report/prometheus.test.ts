import parse from "parse-prometheus-text-format";
import { describe, expect, it } from "vitest";
import type { Run } from "../../src/model/run/run.ts";
import { renderPrometheus } from "../../src/report/run/prometheus.ts";
import { eachRun, runs } from "./runs.ts";

type Metrics = ReturnType<typeof parse>[number]["metrics"];

const family = (text: string, name: string): Metrics => parse(text).find((one) => one.name === name)?.metrics ?? [];

/** The exposition format 0.0.4 as a grammar of lines; node_exporter's textfile collector refuses timestamps. */
const label = String.raw`[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"`;
const lines = {
  help: /^# HELP [a-zA-Z_:][a-zA-Z0-9_:]* [^\n\\]*$/,
  type: /^# TYPE [a-zA-Z_:][a-zA-Z0-9_:]* gauge$/,
  sample: new RegExp(
    String.raw`^[a-zA-Z_:][a-zA-Z0-9_:]*(?:\{${label}(?:,${label})*\})? -?\d+(?:\.\d+)?(?:e[+-]?\d+)?$`,
  ),
};

/** What Prometheus would refuse: bad lines, series that stand twice, families that are torn apart. */
function complaintsAbout(text: string): string[] {
  const body = text.split("\n");
  const wrong = body.pop() === "" ? [] : ["no line feed at the end"];
  const [series, begun]: [Set<string>, string[]] = [new Set(), []];
  for (const line of body) {
    if (!Object.values(lines).some((form) => form.test(line))) wrong.push(`bad line: ${line}`);
    const name = /^(?:# (?:HELP|TYPE) )?([\w:]+)/.exec(line)?.[1] ?? "";
    if (begun.at(-1) !== name) {
      if (begun.includes(name)) wrong.push(`torn apart: ${name}`);
      begun.push(name);
    }
    if (line.startsWith("#")) continue;
    const [id = ""] = /^.*(?= )/.exec(line) ?? [];
    if (series.has(id)) wrong.push(`twice: ${id}`);
    series.add(id);
  }
  return wrong;
}

describe.each(eachRun)("%s", (_, run) => {
  const text = renderPrometheus(run);

  it("is exposition format without timestamps", () => expect(complaintsAbout(text)).toEqual([]));

  it("has one verdict for each flow, and counts that agree", () => {
    const verdicts = family(text, "portmatrix_flow_verdict").map(({ labels }) => labels?.["verdict"] ?? "");
    expect(verdicts.toSorted()).toEqual(run.results.map(({ verdict }) => verdict as string).toSorted());
    const total = (counts: Metrics) => counts.reduce((sum, { value }) => sum + Number(value), 0);
    expect(total(family(text, "portmatrix_flows"))).toBe(run.results.length);
  });
});

it("has seconds where the record has milliseconds", () => {
  const text = renderPrometheus(runs.healthy());
  expect(family(text, "portmatrix_run_start_timestamp_seconds")[0]?.value).toBe("1795204800");
  expect(family(text, "portmatrix_run_duration_seconds")[0]?.value).toBe("3.4127");
  expect(family(text, "portmatrix_flow_rtt_seconds").map(({ value }) => value)).toContain("0.0012");
});

it("escapes labels", () => {
  const run: Run = { ...runs.healthy(), topology: String.raw`a\b"c` };
  expect(renderPrometheus(run)).toContain(String.raw`{topology="a\\b\"c"}`);
});

it("the grammar finds what is wrong", () => {
  expect(complaintsAbout('a{b="c"} 1\n')).toEqual([]);
  expect(complaintsAbout('a{b="c"} 1 1700000000000\n')).toHaveLength(1);
  expect(complaintsAbout('a{b="c"d"} 1\n')).toHaveLength(1);
  expect(complaintsAbout("a 1\na 2\n")).toEqual(["twice: a"]);
  expect(complaintsAbout('a{x="1"} 1\nb 1\na{x="2"} 1\n')).toEqual(["torn apart: a"]);
});
