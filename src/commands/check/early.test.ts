import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { answer, flow, observed, outcomes, planOf } from "../../../test/cases/judge-case.ts";
import type { Observed } from "../../model/run/observed.ts";
import { openEarlyJudge } from "./early.ts";
import { recordOf } from "./record.ts";

/** Hosts of which each port was open, refused or silent, one port that must be blocked, and a group of alternatives. */
const kinds = ["open", "refused", "silent"] as const;
const ordinary = Array.from({ length: 30 }, (_, at) => {
  const host = `host${at % 10}`;
  return { one: flow({ to: host, address: `10.0.0.${at % 10}`, port: 8000 + at }), kind: kinds[at % 3] ?? "open" };
});
const blocked = { one: flow({ port: 22, expect: "blocked" }), kind: "silent" } as const;
const group = [80, 443].map((port) => ({ one: flow({ port, alternative: "web" }), kind: "open" }) as const);
const stories = [...ordinary, blocked, ...group];
const seen = new Map<string, Observed>(
  stories.map(({ one, kind }) => [one.probe, { ...observed([answer(outcomes[kind], {}, one.address)]), earlier: [] }]),
);
const prepared = {
  plan: planOf(stories.map(({ one }) => one)),
  file: "portmatrix.yaml",
  stage: "live" as const,
  senders: new Set(["web01"]),
  needed: new Map(),
  descriptorsHeld: 0,
  childEnv: {},
  tasks: [],
  elsewhere: [],
  addressesOf: new Map(),
  decoys: new Map(),
  isSparedFromDecoys: () => false,
  isSurprising: () => false,
};
const times = { version: "0.1.0", startedAt: new Date("2026-11-20T20:00:00.000Z"), durationMs: 12 };
const circumstances = { ...times, interrupted: false };

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await nextTurn();
}

describe("judging while probes are under way", () => {
  it("leaves to the end what others may change, and the record is the same", async () => {
    const early = openEarlyJudge(prepared);
    for (const [probe, what] of seen) early.observed(probe, what);
    early.hasTime();
    await turns(50);
    const decided = early.end();
    // Silence may be asked again, and what must be blocked waits for its control.
    const expected = stories.filter(({ kind }) => kind !== "silent").map(({ one }) => one.id);
    expect([...decided.keys()].toSorted()).toEqual(expected.toSorted());
    const whole = recordOf(prepared, seen, circumstances);
    expect(JSON.stringify(recordOf(prepared, seen, circumstances, { decided }))).toBe(JSON.stringify(whole));
  });

  it("gives the same record wherever it is broken off", async () => {
    const whole = JSON.stringify(recordOf(prepared, seen, circumstances));
    for (let first = 0; first < stories.length; first += 7) {
      const early = openEarlyJudge(prepared);
      early.hasTime();
      for (const [probe, what] of [...seen].slice(0, first)) early.observed(probe, what);
      await turns(20);
      const decided = early.end();
      expect(JSON.stringify(recordOf(prepared, seen, circumstances, { decided }))).toBe(whole);
    }
  });

  it("twin: decides nothing as long as there is something to start", async () => {
    const early = openEarlyJudge(prepared);
    for (const [probe, what] of seen) early.observed(probe, what);
    await turns(20);
    expect(early.end().size).toBe(0);
  });
});
