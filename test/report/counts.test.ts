import * as fc from "fast-check";
import { expect, it } from "vitest";
import { indexOf } from "../../src/report/html/matrix-index.ts";
import type { Payload } from "../../src/report/html/payload.ts";
import { countVerdicts } from "../../src/model/severity.ts";
import type { Run } from "../../src/model/run/run.ts";
import { type Verdict, verdictSchema } from "../../src/model/verdict.ts";
import { sectionsOf } from "../../src/report/view/sections-of.ts";
import { answer, observed, outcomes } from "../cases/judge-case.ts";
import { make, runOf, type Story } from "../cases/report-run.ts";
import { render } from "./loaded-renderers.ts";

/** Counts by verdict, those that occur; by section. */
type Counts = Record<string, Partial<Record<Verdict, number>>>;

const occurring = (counts: Readonly<Record<Verdict, number>>): Partial<Record<Verdict, number>> =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
const truthOf = (run: Run): Counts =>
  Object.fromEntries(sectionsOf(run).map(({ name, results }) => [name, occurring(countVerdicts(results))]));

/** `11 flows: ✓ 5 pass  ✗ 3 fail`, whatever stands between the numbers; the sum must be that of the parts. */
function readTally(text: string): Partial<Record<Verdict, number>> {
  const [, all = "", rest = ""] = /^([\d,]+) flows?: (.*)$/.exec(text) ?? [];
  const counts = [...rest.matchAll(/([\d,]+) (pass|warn|fail|unknown|error|skipped)\b/g)].map(
    ([, count = "", verdict]) => [verdict, Number(count.replaceAll(",", ""))] as const,
  );
  expect(counts.reduce((sum, [, count]) => sum + count, 0)).toBe(Number(all.replaceAll(",", "")));
  return Object.fromEntries(counts);
}

/** Reads the counts of each section out of one report. */
const readers: Record<string, (run: Run) => Counts> = {
  "table, wide": (run) => readTable(render.table(run, { width: 160, colour: false }), run),
  "table, narrow": (run) => readTable(render.table(run, { width: 60, colour: false }), run),
  markdown: (run) => {
    const blocks = render.markdown(run, { width: 100, colour: false }).split("\n\n");
    const names = sectionsOf(run).map(({ name }) => name);
    const tallies = blocks.filter((block) => /^[\d,]+ flows?: /.test(block));
    expect(tallies).toHaveLength(names.length);
    return Object.fromEntries(names.map((name, at) => [name, readTally(tallies[at] ?? "")]));
  },
  "HTML, the page": (run) => {
    const [, json = ""] = /<script type="application\/json"[^>]*>(.*?)<\/script>/s.exec(htmlOf(run)) ?? [];
    const index = indexOf(JSON.parse(json) as Payload);
    return Object.fromEntries(
      sectionsOf(run).map(({ name }, at) => [
        name,
        Object.fromEntries((index.sections[at]?.tally ?? []).map(({ verdict, count }) => [verdict, count])),
      ]),
    );
  },
  "HTML, on paper": (run) => {
    const [, paper = ""] = /<div class="paper">(.*?)<script/s.exec(htmlOf(run)) ?? [];
    const found = [...paper.matchAll(/<h2>(.*?)<\/h2><p>(.*?)<\/p>/g)];
    return Object.fromEntries(found.map(([, name = "", tally = ""]) => [name, readTally(tally)]));
  },
  junit: (run) => {
    const xml = render.junit(run, { width: 100, colour: false });
    return Object.fromEntries(
      [...xml.matchAll(/<testsuite name="([^"]*)".*?<\/testsuite>/gs)].map(([suite, name = ""]) => {
        const told = [...suite.matchAll(/: (pass|warn|fail|unknown|error|skipped), [a-z-]+ \(/g)].map(([, one]) => one);
        const number = (of: string) => Number(new RegExp(`${of}="(\\d+)"`).exec(suite)?.[1] ?? Number.NaN);
        const counts = countVerdicts(told.map((verdict) => ({ verdict: verdict as Verdict })));
        expect(number("tests")).toBe(told.length);
        expect(number("failures")).toBe(counts.fail);
        expect(number("errors")).toBe(counts.error + counts.unknown);
        expect(number("skipped")).toBe(counts.skipped);
        return [name, occurring(counts)];
      }),
    );
  },
  prometheus: (run) => {
    const counts: Counts = {};
    const samples = render.prometheus(run, { width: 100, colour: false });
    for (const [, section, verdict = "", count] of samples.matchAll(
      /^portmatrix_flows\{.*section="([^"]*)",verdict="([a-z]+)"\} (\d+)$/gm,
    )) {
      const name = sectionsOf(run).find(({ id }) => id === section)?.name ?? "";
      if (Number(count) > 0) counts[name] = { ...counts[name], [verdict]: Number(count) };
    }
    return counts;
  },
  "checkmk-local": (run) =>
    Object.fromEntries(
      [...render["checkmk-local"](run, { width: 100, colour: false }).matchAll(/^\d "Ports (.*?)" (\S+) /gm)].map(
        ([, name = "", metrics = ""]) => [
          name,
          Object.fromEntries(
            [...metrics.matchAll(/ports_([a-z]+)=(\d+)/g)]
              .map(([, verdict = "", count]) => [verdict, Number(count)] as const)
              .filter(([, count]) => count > 0),
          ),
        ],
      ),
    ),
};

const htmlOf = (run: Run): string => render.html(run, { width: 100, colour: false });

/** The heading of a section and its counts are on one line, or in several where they do not fit; the matrix follows. */
function readTable(text: string, run: Run): Counts {
  const lines = text.split("\n");
  return Object.fromEntries(
    sectionsOf(run).map(({ name }) => {
      const heading = name.replace(" ", "  ");
      const at = lines.findIndex((line) => line.startsWith(heading) || line.startsWith(name));
      const end = lines.findIndex((line, index) => index > at && /^[┌+]/.test(line));
      const [own = "", ...more] = lines.slice(at, end);
      const tally = /[\d,]+ flows?: .*$/.exec(own)?.[0] ?? more.join(" ");
      return [name, readTally(tally)];
    }),
  );
}

const kinds = Object.keys(outcomes) as (keyof typeof outcomes)[];
/** Flows of several sections, some of which share a cell, and what their probes saw; `undefined` was not sent. */
const anyRun = fc
  .uniqueArray(fc.constantFrom(...Array.from({ length: 40 }, (_, at) => at)), { minLength: 1, maxLength: 25 })
  .chain((places) => fc.tuple(...places.map((at) => fc.tuple(fc.constant(at), fc.option(fc.constantFrom(...kinds))))))
  .map((seen) =>
    runOf(
      seen.map(([at, kind]): Story => {
        const host = `h${at % 4}`;
        const address = `10.0.2.${at % 4}`;
        const flows = [
          make.agent(host, address),
          make.ping(host, address),
          make.snmp(host, address),
          make.register(host, 8000 + at),
          make.http(host),
          make.https(host),
          make.smtp([25, 465, 587][at % 3] ?? 25),
          make.dns(`10.0.0.${at}`),
          make.livestatus(host, address),
          make.blocked(host, "cmk", "10.0.0.5", 20 + at),
        ];
        const flow = flows[Math.floor(at / 4)] ?? make.dns("10.0.0.53");
        return kind === null ? [flow] : [flow, observed([answer(outcomes[kind], {}, flow.address)])];
      }),
    ),
  );

it.each(Object.keys(readers))(
  "%s counts the flows of each section, and says so, as every other report does",
  (name) => {
    fc.assert(
      fc.property(anyRun, (run) => {
        const ids = new Set(run.results.map(({ id }) => id));
        fc.pre(ids.size === run.results.length);
        expect(readers[name]?.(run)).toEqual(truthOf(run));
      }),
      { numRuns: 60 },
    );
  },
);

it("the sum over the sections is that of the summary", () => {
  fc.assert(
    fc.property(anyRun, (run) => {
      const sections = Object.values(truthOf(run));
      for (const verdict of verdictSchema.options) {
        const sum = sections.reduce((all, counts) => all + (counts[verdict] ?? 0), 0);
        expect(sum).toBe(run.summary[verdict]);
      }
    }),
  );
});

it("cells are not counted: three ports of one requirement share a cell and are three flows", () => {
  const ports = [25, 465, 587].map((port): Story => [
    make.smtp(port),
    observed([answer(outcomes.refused, {}, "192.0.2.25")]),
  ]);
  const run = runOf(ports);
  expect(render.table(run, { width: 100, colour: false })).toContain("✗ refused x3");
  for (const read of Object.values(readers)) expect(Object.values(read(run))).toEqual([{ fail: 3 }]);
});
