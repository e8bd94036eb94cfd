import { describe, expect, it } from "vitest";
import type { Observation, Outcome } from "../model/outcome.ts";
import { combine } from "./combine.ts";

const outcomes: Record<string, Outcome> = {
  open: { kind: "open", rttMs: 1 },
  refused: { kind: "refused", rttMs: 1 },
  silent: { kind: "silent", waitedMs: 100 },
  name: { kind: "unsent", cause: "name", detail: "no such name" },
  broken: { kind: "unsent", cause: "vantage", detail: "broke off" },
};

/** `A:open -:name`: address A was open, an answer without an address. */
const observation = (text: string): Observation => ({
  answers: text.split(" ").map((part) => {
    const [address, outcome] = part.split(":") as [string, string];
    return { ...(address === "-" ? {} : { address }), outcome: outcomes[outcome] as Outcome, evidence: {} };
  }),
});

describe("combine", () => {
  it.each([
    ["one attempt", ["A:silent"], "A:silent", []],
    ["the confirmation agrees", ["A:silent", "A:silent"], "A:silent", []],
    ["the confirmation got an answer", ["A:silent", "A:open"], "A:open", ["A:silent"]],
    ["an answer outweighs a later silence", ["A:refused", "A:silent"], "A:refused", ["A:silent"]],
    ["of two answers the later counts", ["A:refused", "A:open"], "A:open", ["A:refused"]],
    [
      "each address for itself",
      ["A:silent B:open", "A:open B:silent"],
      "A:open B:open",
      ["A:silent B:open", "A:open B:silent"],
    ],
    ["a vantage point that broke off takes nothing back", ["A:silent", "-:broken"], "A:silent", ["-:broken"]],
    ["a name that resolved the second time", ["-:name", "A:open B:open"], "A:open B:open", ["-:name"]],
    ["two different local failures", ["-:name", "-:broken"], "-:broken", ["-:name"]],
    ["an address that is gone is kept", ["A:silent B:open", "A:silent"], "A:silent B:open", []],
  ])("%s", (_name, attempts, expected, earlier) => {
    const [first, ...rest] = attempts.map(observation);
    expect(combine([first as Observation, ...rest])).toEqual({
      observation: observation(expected),
      earlier: earlier.map(observation),
    });
  });

  it("does not forget that an address needed two tries, whatever another one needs", () => {
    const first = { address: "A", outcome: outcomes["open"] as Outcome, evidence: { tries: 2 as const } };
    const later = observation("A:open B:open");
    const combined = combine([{ answers: [first, ...observation("B:refused").answers] }, later]);
    expect(combined.observation.answers).toEqual([first, ...observation("B:open").answers]);
  });
});
