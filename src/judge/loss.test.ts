import { describe, expect, it } from "vitest";
import { answer, flow, observed, outcomes, planOf } from "../../test/cases/judge-case.ts";
import type { Observed } from "../model/run/observed.ts";
import { watchLosses } from "./loss.ts";
import { probesOf } from "./sender.ts";

const { open, refused, prohibited, unreachable, silent, unsent } = outcomes;
const to = (address: string, port: number, from = "cmk") => flow({ from, to: "web01", address, port });

/** The ids of the silent probes that are suspected, by target. */
function suspected(stories: readonly (readonly [ReturnType<typeof to>, Observed])[]) {
  const plan = planOf(stories.map(([one]) => one));
  const losses = watchLosses(probesOf(plan.probes));
  for (const [{ probe }, seen] of stories) losses.note(probe, seen);
  return losses.suspicions().map(({ from, target, silentProbes }) => [from, target, ...silentProbes]);
}

const quiet = [to("10.0.0.7", 6556), observed([answer(silent)])] as const;
const beside = (seen: Observed, address = "10.0.0.7", from = "cmk") =>
  suspected([quiet, [to(address, 22, from), seen]]);

describe("silence beside an answer is suspected of loss", () => {
  it.each<[string, Observed]>([
    ["where the answer came to the second try", observed([answer(open, { tries: 2 })])],
    ["where a refusal came to the second try", observed([answer(refused, { tries: 2 })])],
    ["where the answer came to a later attempt", observed([answer(open)], [answer(silent)])],
    ["where the connection took the second SYN", observed([answer({ kind: "open", rttMs: 1_043 })])],
  ])("%s", (_, seen) => {
    expect(beside(seen)).toEqual([["cmk", "10.0.0.7", quiet[0].probe]]);
  });

  it("whichever of both ended first, and all of the target's silent probes", () => {
    const lossy = [to("10.0.0.7", 22), observed([answer(open, { tries: 2 })])] as const;
    const other = [to("10.0.0.7", 161), observed([answer(silent, { tries: 2 })])] as const;
    expect(suspected([lossy, other, quiet])).toEqual([["cmk", "10.0.0.7", other[0].probe, quiet[0].probe]]);
  });
});

describe("twin: it is not suspected", () => {
  it.each<[string, Observed]>([
    ["where the answer came to the first packet", observed([answer(open)])],
    ["where a refusal was confirmed", observed([answer(open)], [answer(refused)])],
    ["where a router spoke late", observed([answer(unreachable)])],
    ["where a rejection came to the second try", observed([answer(prohibited, { tries: 2 })])],
    ["where the other one was silent twice, too", observed([answer(silent, { tries: 2 })])],
    ["where nothing was sent at first", observed([answer(open)], [answer(unsent)])],
  ])("%s", (_, seen) => expect(beside(seen)).toEqual([]));

  it("where another target, or another sender, lost the packets", () => {
    const lossy = observed([answer(open, { tries: 2 })]);
    expect(beside(lossy, "10.0.0.8")).toEqual([]);
    expect(beside(lossy, "10.0.0.7", "muc")).toEqual([]);
  });
});
