import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allPass, mixed, thousand } from "../../../test/cases/report-run.ts";
import { plainText } from "../../model/text/printable.ts";
import { type Result, resultSchema, type Run, runSchema } from "../../model/run/run.ts";
import { renderJson } from "./json.ts";
import { ndjsonResult, renderNdjson } from "./ndjson.ts";

const jsonOf = (run: Run): string => [...renderJson(run)].join("");

/** What the format says, done plainly: every text made safe, keys in the order of the schema, results by id. */
function plainly(run: Run): string {
  const { results, ...facts } = made(run) as Run;
  const inOrder = results
    .map((result) => {
      const evidence = keysBy(Object.keys(resultSchema.shape.evidence.shape), result.evidence);
      return keysBy(Object.keys(resultSchema.shape), { ...result, evidence }) as Result;
    })
    .toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  return `${JSON.stringify(keysBy(Object.keys(runSchema.shape), { ...facts, results: inOrder }), null, 2)}\n`;
}

function keysBy(order: readonly string[], record: object): object {
  const rank = (key: string) => (order.includes(key) ? order.indexOf(key) : order.length);
  const entries = Object.entries(record) as [string, unknown][];
  return Object.fromEntries(entries.toSorted(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1)));
}

/** The same value with every text made safe, one by one. */
function made(value: unknown): unknown {
  if (typeof value === "string") return plainText(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(made);
  return Object.fromEntries(Object.entries(value).map(([key, inside]) => [plainText(key), made(inside)]));
}

const foreign = fc.oneof(
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.constantFrom(
    "Überwacht",
    " a",
    "a ",
    "a  b",
    '"] }\n  "results": [',
    "\n  ]\n}",
    "\\u0007",
    "\u0007",
    "\u009B",
    "",
  ),
);
/** A result of the sample run with some of its texts replaced, and its keys in any order. */
const anyResult = fc
  .record({
    sample: fc.constantFrom(...mixed().results),
    texts: fc.dictionary(fc.constantFrom("id", "to", "service", "message", "advice", "unknown"), foreign, {
      maxKeys: 3,
    }),
    evidence: fc.dictionary(fc.oneof(fc.constantFrom("errno", "replySummary", "detail"), foreign), foreign, {
      maxKeys: 3,
    }),
    isReversed: fc.boolean(),
  })
  .map(({ sample, texts, evidence, isReversed }) => {
    const entries = Object.entries({ ...sample, ...texts, evidence: { ...sample.evidence, ...evidence } });
    return Object.fromEntries(isReversed ? entries.toReversed() : entries) as unknown as Result;
  });
const anyRun = fc
  .record({ results: fc.array(anyResult, { maxLength: 12 }), topology: foreign, unknown: fc.boolean() })
  .map(({ results, topology, unknown }): Run => ({ ...mixed(), results, topology, ...(unknown ? { zzz: [] } : {}) }));

describe("JSON", () => {
  it("is what the plain definition gives, whatever the run", () => {
    fc.assert(
      fc.property(anyRun, (run) => {
        expect(jsonOf(run)).toBe(plainly(run));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ["no result", { ...allPass(), results: [] }],
    ["less than a piece", mixed()],
    ["many pieces", thousand()],
    ["whole pieces", { ...thousand(), results: thousand().results.slice(0, 400) }],
  ])("is the same in pieces: %s", (_, run) => {
    expect(jsonOf(run)).toBe(plainly(run));
  });

  it("comes in pieces of which none is large", () => {
    const pieces = [...renderJson(thousand())];
    expect(pieces.length).toBeGreaterThan(10);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(400_000);
  });
});

describe("NDJSON", () => {
  it("has a result's fields behind its type, made safe", () => {
    fc.assert(
      fc.property(anyResult, (result) => {
        expect(ndjsonResult(result)).toBe(`${JSON.stringify(made({ type: "result", ...result }))}\n`);
      }),
    );
  });

  it("ends every line", () => {
    const lines = renderNdjson(mixed()).split("\n");
    expect(lines).toHaveLength(mixed().results.length + 3);
    expect(lines.at(-1)).toBe("");
  });
});
