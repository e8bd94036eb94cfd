import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allPass, mixed, thousand } from "../../../test/cases/report-run.ts";
import { plainTexts } from "../../model/text/printable.ts";
import type { Result } from "../../model/run/run.ts";
import { pack } from "./pack.ts";
import { unpack } from "./unpack.ts";

function roundTrip(results: readonly Result[]): Result[] {
  const { templates, packed } = pack(results);
  const sent = JSON.parse(JSON.stringify({ templates, packed: results.map((result) => packed.get(result)) })) as {
    templates: typeof templates;
    packed: (readonly [number, ...string[]])[];
  };
  return sent.packed.map((one, at) => {
    const { from = "", to = "" } = results[at] ?? {};
    return unpack(one, sent.templates, { from, to });
  });
}

describe("pack and unpack", () => {
  it.each([
    ["all pass", allPass],
    ["mixed", mixed],
    ["thousand hosts", thousand],
  ])("give back every result: %s", (_, make) => {
    const { results } = make();
    expect(roundTrip(results)).toEqual(results);
  });

  it("give back results with any printable text, number and evidence", () => {
    const [sample] = mixed().results as [Result];
    const text = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("web01", "1.2 ms", '"', "\\u0004", "0", "1"));
    const evidence = fc.record(
      {
        detail: text,
        replyFrom: text,
        waitedMs: fc.nat(5000),
        ttl: fc.nat(255),
        codeSeen: fc.boolean(),
        snmp: fc.record({ version: fc.constantFrom("1" as const, "2c" as const), sysDescr: text }),
        addresses: fc.array(
          fc.record({
            address: text,
            outcome: fc.constant({ kind: "open" as const, rttMs: 1.5 }),
            evidence: fc.record({ detail: text }),
          }),
          { maxLength: 20 },
        ),
      },
      { requiredKeys: [] },
    );
    const result = fc.record({
      from: text,
      to: text,
      address: text,
      message: text,
      advice: text,
      rttMs: fc.nat(5000),
      evidence,
    });
    fc.assert(
      fc.property(fc.array(result, { minLength: 1, maxLength: 6 }), (overs) => {
        const results = overs.map((over) => plainTexts({ ...sample, ...over }) as Result);
        expect(roundTrip(results)).toEqual(results);
      }),
    );
  });

  it("hosts that look alike share a template, however many they are", () => {
    const { results } = thousand();
    expect(pack(results).templates.length).toBeLessThan(20);
  });
});
