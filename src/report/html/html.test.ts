import { describe, expect, it } from "vitest";
import { answer, observed, outcomes } from "../../../test/cases/judge-case.ts";
import { allPass, make, mixed, runOf, storyOf, thousand } from "../../../test/cases/report-run.ts";
import { commandFor, evidenceOf } from "./flow-details.ts";
import { applyFilter, everything, searchTexts, viewsOf } from "./filter.ts";
import { graphOf } from "./graph.ts";
import { step } from "./grid-keys.ts";
import { inScript, renderHtml } from "./html.ts";
import { indexOf, resultOf } from "./matrix-index.ts";
import type { Payload } from "./payload.ts";
import { windowOf } from "./row-window.ts";
import type { FarEnd } from "../../model/run/responder.ts";

const payloadIn = (html: string): Payload =>
  JSON.parse(/<script type="application\/json"[^>]*>(.*?)<\/script>/s.exec(html)?.[1] ?? "") as Payload;

describe("renderHtml", () => {
  it.each([
    ["everything passes", allPass()],
    ["mixed", mixed()],
    ["a thousand hosts", thousand()],
    ["nothing at all", runOf([])],
  ])("holds every result of the run: %s", (_, run) => {
    const index = indexOf(payloadIn(renderHtml(run)));
    const results = index.flows.map((_, flow) => resultOf(index, flow));
    expect(results.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual(run.results);
  });
  it("is the same text for the same run", () => {
    expect(renderHtml(mixed())).toBe(renderHtml(mixed()));
  });
});

it("JSON in a script holds nothing that ends it, and stays the same value", () => {
  const value = { "<": "</script><!--&amp;\u2028\u2029" };
  expect(inScript(value)).not.toMatch(/[<>&\u2028\u2029]/);
  expect(JSON.parse(inScript(value))).toEqual(value);
});

describe("filter", () => {
  const index = indexOf(payloadIn(renderHtml(mixed())));
  const count = (part: Partial<typeof everything>) =>
    applyFilter(index, { ...everything, ...part }, searchTexts(index)).reduce((sum, one) => sum + one, 0);
  it.each([
    [{}, mixed().results.length],
    [{ verdicts: new Set(["fail"] as const) }, mixed().summary.fail],
    [{ node: "sw02" }, 2],
    [{ service: "161/udp" }, 3],
    [{ text: "noerror" }, 1],
    [{ text: "  NOERROR   sw01" }, 0],
    [{ subset: { label: "two", flows: new Set([0, 1]) } }, 2],
  ])("%j lets %i flows through", (part, expected) => {
    expect(count(part)).toBe(expected);
  });
  it("the worst rows come first if asked for, else rows stay where they are", () => {
    const passes = applyFilter(index, everything, searchTexts(index));
    for (const [at, { rows }] of viewsOf(index, passes, true).entries()) {
      const ranks = rows.map((row) => index.sections[at]?.rows[row]?.rank ?? 9);
      expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
    }
    expect(viewsOf(index, passes, false)[0]?.rows.slice(0, 3)).toEqual([0, 1, 2]);
  });
});

describe("windowOf", () => {
  const seen = { scrolled: 36_000, height: 720, rowHeight: 36 };
  it("draws what is seen and a few more", () => {
    expect(windowOf(10_000, seen)).toEqual([
      { kind: "blank", rows: 992 },
      { kind: "rows", start: 992, end: 1028 },
      { kind: "blank", rows: 8972 },
    ]);
  });
  it.each([0, 5, 991, 992, 1000, 1028, 9999])("draws the focused row %i, and stretches add up", (focused) => {
    const stretches = windowOf(10_000, seen, focused);
    const total = stretches.reduce((sum, one) => sum + (one.kind === "rows" ? one.end - one.start : one.rows), 0);
    expect(total).toBe(10_000);
    expect(stretches.some((one) => one.kind === "rows" && one.start <= focused && focused < one.end)).toBe(true);
  });
  it.each([0, 1, 5])("%i rows", (count) => {
    const drawn = windowOf(count, { ...seen, scrolled: 0 }).filter(({ kind }) => kind === "rows");
    expect(drawn).toEqual(count === 0 ? [] : [{ kind: "rows", start: 0, end: count }]);
  });
});

describe("graphOf", () => {
  it("few nodes each have a box, and a broken arrow names its services", () => {
    const { boxes, arrows } = graphOf(mixed().results);
    expect(boxes.find(({ side }) => side === "hub")?.label).toBe("cmk");
    const arrow = arrows.find(({ label }) => label.startsWith("cmk → web02"));
    expect(arrow).toMatchObject({ verdict: "fail", broken: "6556/tcp" });
  });
  it("many nodes become few boxes; every flow lies on one arrow", () => {
    const { results } = thousand();
    const { boxes, arrows } = graphOf(results);
    expect(boxes.length).toBeLessThan(17);
    expect(arrows.reduce((sum, { flows }) => sum + flows, 0)).toBe(results.length);
  });
});

describe("details", () => {
  it.each([
    [
      { from: "web01", to: "cmk", protocol: "tcp", port: 8000 },
      "t.yaml",
      "check t.yaml --from web01 --only cmk --only 8000/tcp",
    ],
    [{ from: "cmk", to: "sw 1", protocol: "icmp" }, undefined, "check --from cmk --only 'sw 1' --only icmp"],
    [{ from: "cmk", to: "cmk", protocol: "tcp", port: 80 }, undefined, "check --from cmk --only 80/tcp"],
  ] as const)("the command that shows a flow again: %j", (flow, topology, command) => {
    expect(commandFor(flow, topology)).toBe(`portmatrix ${command}`);
  });
  it("what arrived at the other end is shown: when, from where and with how many hops left", () => {
    const arrival = {
      at: "2026-11-20T20:00:00.000Z",
      how: "token",
      protocol: "tcp",
      address: "10.0.0.5",
      port: 8000,
      from: "10.0.1.1",
      fromPort: 40_000,
      ttl: 63,
    } as const;
    const farEnd: FarEnd = { state: "held", isWatched: true, arrivals: [arrival] };
    const seen = { ...observed([answer(outcomes.silent)]), farEnds: [{ address: "10.0.0.5", farEnd }] };
    const index = indexOf(payloadIn(renderHtml(runOf([storyOf(make.register("web01"), seen)]))));
    const shown = resultOf(index, 0);
    expect(shown).toMatchObject({ reason: "reply-lost", proof: "proven" });
    expect(shown.message).toContain("it arrived on cmk at 20:00:00 UTC from 10.0.1.1:40000 with time to live 63");
    const evidence = Object.fromEntries(evidenceOf(shown));
    expect(evidence).toMatchObject({
      "far end state": "held",
      "far end arrivals 1 at": "2026-11-20T20:00:00.000Z",
      "far end arrivals 1 from": "10.0.1.1",
      "far end arrivals 1 from port": "40000",
      "far end arrivals 1 ttl": "63",
    });
  });
  it("evidence is spread out to its last leaf", () => {
    expect(evidenceOf({ evidence: { codeSeen: false, snmp: { version: "3", report: "unknown-user" } } })).toEqual([
      ["code seen", "no"],
      ["snmp version", "3"],
      ["snmp report", "unknown-user"],
    ]);
  });
});

it.each([
  ["ArrowUp", { row: 0, column: 1 }],
  ["PageDown", { row: 2, column: 1 }],
  ["End", { row: 0, column: 3 }],
  ["a", undefined],
])("the key %s leads to %j", (key, place) => {
  expect(step({ row: 0, column: 1 }, { key, ctrlKey: false }, { rows: 3, columns: 4, page: 9 })).toEqual(place);
});
