import * as fc from "fast-check";
import { expect, it } from "vitest";
import { type Evidence, evidenceSchema } from "../model/outcome.ts";
import { bounded } from "./bounded.ts";

const open = { kind: "open", rttMs: 1 } as const;
const long = `a\u001B[31m\u202E${"x".repeat(5_000)}`;
const text = fc.oneof(fc.string({ unit: "binary", maxLength: 600 }), fc.constant(long));
const certificate = (names: string[]) => ({
  subject: long,
  issuer: long,
  altNames: names,
  validFrom: "2026-01-01T00:00:00.000Z",
  validTo: "2027-01-01T00:00:00.000Z",
});

/** Every text in a value, however deep. */
const textsIn = (value: unknown): string[] =>
  typeof value === "string" ? [value] : value instanceof Object ? Object.values(value).flatMap(textsIn) : [];

it("text of the other side is printable and short, wherever it stands, and the rest is as it was", () => {
  fc.assert(
    fc.property(text, text, fc.array(text), (one, other, names) => {
      const evidence: Evidence = {
        localPort: 40_000,
        replySummary: one,
        snmp: { version: "2c", sysDescr: one, sysObjectId: other, engineId: other, missing: ["sysUpTime"] },
        service: { name: "https", finding: "verified", saw: one, site: other, certificate: certificate(names) },
      };
      const seen = bounded({ outcome: open, evidence });
      for (const each of textsIn(seen.evidence)) {
        expect(Array.from(each).length).toBeLessThanOrEqual(256);
        expect(each).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
      }
      expect(seen.evidence).toMatchObject({ localPort: 40_000, snmp: { version: "2c", missing: ["sysUpTime"] } });
      expect(evidenceSchema.safeParse(seen.evidence).success).toBe(true);
    }),
  );
});

it.each<Evidence>([
  {},
  { errno: "ECONNREFUSED", codeSeen: false },
  { replyMatches: true, replySummary: "NXDOMAIN" },
  { snmp: { version: "2c", sysDescr: "router", sysUpTimeTicks: 42 } },
])("what is short already stays as it is: %j", (evidence) => {
  expect(bounded({ outcome: open, evidence }).evidence).toEqual(evidence);
});
