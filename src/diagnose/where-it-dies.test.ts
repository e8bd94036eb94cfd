import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Conclusion, Step, Trace, Walk } from "../model/run/walk.ts";
import { caveatSentences, pathSentence } from "../report/text/path-words.ts";
import { type Walked, whereItDies } from "./where-it-dies.ts";

const target = "10.9.4.2";
const routers = ["10.9.1.1", "10.9.2.2", "10.9.3.2"];

/** A walk written as one word a distance: a number of a router, `*` silence, `+` slow router; the rest are ends. */
function walkOf(text: string, protocol: Walk["protocol"] = "tcp", port = 8000): Walk {
  const steps = text.split(" ").map((word, at): Step => {
    const hops = at + 1;
    if (word === "*") return { hops, sent: 3, answer: "none" };
    if (/^[+]?\d$/.test(word))
      return {
        hops,
        sent: word.startsWith("+") ? 2 : 1,
        answer: "expired",
        from: routers[Number(word.replace("+", "")) - 1] ?? "10.9.2.99",
      };
    const [answer, from = target, icmpCode] = word.split("@");
    return { hops, sent: 1, answer: answer as Step["answer"], from, ...(icmpCode === undefined ? {} : { icmpCode }) };
  });
  return { protocol, address: target, ...(protocol === "icmp" ? {} : { port }), sourcePort: 40_000, steps };
}
const control = walkOf("1 2 3 open", "tcp", 22);

const inShort = ({ kind, last, next, by, caveats }: Conclusion): string =>
  [kind, last?.hops ?? "-", next?.hops ?? by?.address ?? "-", ...caveats].join(" ");

it.each<[string, Omit<Walked, "walk"> & { protocol?: Walk["protocol"] }, string]>([
  ["1 2 3 open", {}, "arrives - -"],
  ["1 * *", { control }, "lost 1 2"],
  ["* * * *", { control }, "lost 0 1"],
  ["1 2 3 *", { control }, "lost 3 4 way-back"],
  ["1 2 3 *", { control: { ...control, protocol: "icmp" } }, "lost 3 4 control-is-icmp way-back"],
  ["1 2 3 *", { control, protocol: "udp" }, "lost 3 4 way-back mute-service"],
  ["1 2 * * * *", {}, "lost 2 - no-control way-back"],
  ["1 * * *", { control: walkOf("1 * 3 open") }, "lost 1 3 mute-hops"],
  ["* * * *", { control: walkOf("* * * open") }, "lost 0 4 mute-hops way-back"],
  ["1 2 * *", { control: walkOf("1 2 +3 open") }, "lost 2 4 rate-limited way-back"],
  ["1 2 * *", { control, controlHolds: false }, "lost 2 4 rate-limited way-back"],
  ["1 2 * *", { control, controlHolds: true }, "lost 2 3"],
  ["1 +2 * *", { control }, "lost 2 3 rate-limited"],
  ["1 9 * *", { control }, "lost 2 3 path-differs"],
  ["1 * * *", { control, otherPaths: { asked: 6, arrived: 0, met: ["10.9.2.99"] } }, "lost 1 2 several-paths"],
  ["1 * * *", { control, otherPaths: { asked: 6, arrived: 2, met: [] } }, "some-paths 1 2"],
  ["1 2 rejected@10.9.2.2@3/13", { control }, "rejected - 10.9.2.2"],
  ["1 2 3 rejected@10.9.4.2@3/10", { control }, "rejected - 10.9.4.2"],
  ["1 2 reset", { control }, "reset 2 3"],
  ["1 2 3 reset", { control }, "reset 3 4"],
  ["1 2 3 reset", {}, "reset 3 4 no-control"],
  ["1 2 3 1 reset", { control }, "reset 4 5 forwarded"],
  ["1 2 1 2 1 2 * * * *", {}, "lost 6 - loop no-control way-back"],
  ["1 2 3 open", { large: { ...walkOf("1 2 * *"), packetBytes: 1500 } }, "large-lost 2 3"],
  ["1 2 3 open", { large: { ...walkOf("1 2 3 reply"), packetBytes: 1500 } }, "arrives - -"],
  ["1 2 3 open", { large: { ...walkOf("1 2 too-big@10.9.2.2@3/4"), packetBytes: 1500 } }, "arrives - 10.9.2.2"],
])("%s with %o: %s", (text, { protocol, ...more }, says) => {
  expect(inShort(whereItDies({ walk: walkOf(text, protocol), ...more }))).toBe(says);
});

it("says what could not be walked, and nothing else", () => {
  const walk: Walk = { protocol: "tcp", address: target, port: 8000, steps: [], unsent: "no Python there" };
  expect(whereItDies({ walk, control })).toEqual({ kind: "untold", caveats: [], detail: "no Python there" });
});

describe("whatever replied", () => {
  const answers = ["expired", "none", "open", "reply", "closed", "reset", "rejected", "too-big"] as const;
  const step = fc.record({
    answer: fc.constantFrom(...answers),
    sent: fc.integer({ min: 1, max: 3 }),
    from: fc.constantFrom(...routers, target),
  });
  const walk = fc.array(step, { minLength: 1, maxLength: 8 }).map((steps): Walk => ({
    protocol: "tcp",
    address: target,
    port: 8000,
    steps: steps.map(({ from, ...one }, at) => ({ hops: at + 1, ...one, ...(one.answer === "none" ? {} : { from }) })),
  }));

  it("the stretch has a beginning before its end, its beginning replied, and it has words", () => {
    fc.assert(
      fc.property(
        walk,
        fc.option(walk, { nil: undefined }),
        fc.option(walk, { nil: undefined }),
        fc.option(fc.boolean(), { nil: undefined }),
        (walk, control, large, controlHolds) => {
          const walked: Walked = {
            walk,
            ...(control === undefined ? {} : { control }),
            ...(large === undefined ? {} : { large: { ...large, packetBytes: 1500 } }),
            ...(controlHolds === undefined ? {} : { controlHolds }),
          };
          const conclusion = whereItDies(walked);
          const trace: Trace = { ...walked, conclusion };
          expect(pathSentence(trace)).toMatch(/\.$/);
          expect(pathSentence(trace)).not.toMatch(/undefined|NaN/);
          expect(caveatSentences(conclusion)).toHaveLength(conclusion.caveats.length);
          expect(new Set(conclusion.caveats).size).toBe(conclusion.caveats.length);
          const { last, next, kind } = conclusion;
          if (last !== undefined && next !== undefined) expect(last.hops).toBeLessThan(next.hops);
          const seenOn = kind === "large-lost" ? large : walk;
          if (last !== undefined && last.hops > 0)
            expect(seenOn?.steps.find(({ hops }) => hops === last.hops)?.answer).toBe("expired");
          if (kind === "lost" && next !== undefined)
            expect(control?.steps.find(({ hops }) => hops === next.hops)?.answer).not.toBe("none");
        },
      ),
    );
  });
});
