import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { Observation } from "../../model/outcome.ts";
import type { DatagramCounts } from "../../model/run/responder.ts";
import type { Task } from "../../model/task.ts";
import { compare, openCountWindows } from "./count-windows.ts";

/** Looks at 0, 200, 400 ... ms; the probe is sent at 650 ms, after the fourth look, and given up at 1,650 ms. */
const looked = (...counts: (number | [number, number])[]) => {
  const samples = counts.map((count, index) => {
    const [datagrams, queuedBytes] = typeof count === "number" ? [count, 0] : count;
    return { atMs: index * 200, datagrams, queuedBytes };
  });
  return compare(samples, 4, { sentMs: 650, endMs: 1_650 });
};

describe("what counts show", () => {
  it.each([
    ["that nothing arrived", [7, 7, 7, 7, 7, 7, 7, 7, 7, 7], { datagrams: 0, isOnTime: false }],
    ["one when it was sent", [7, 7, 7, 7, 8, 8, 8, 8, 8, 8], { datagrams: 1, isOnTime: true }],
    ["one too late", [7, 7, 7, 7, 7, 7, 7, 7, 8, 8], { datagrams: 1, isOnTime: false }],
    ["one on a machine that was not quiet before", [6, 7, 7, 7, 8, 8, 8, 8, 8, 8], { datagrams: 1, isOnTime: false }],
    ["several", [7, 7, 7, 7, 8, 8, 9, 9, 9, 9], { datagrams: 2, isOnTime: true }],
    ["one that waits and is not read", [7, 7, 7, 7, [7, 768], [7, 768], 7, 7, 7, 7], { datagrams: 1, isOnTime: true }],
    ["nothing after a restart of the counts", [7, 7, 7, 7, 0, 0, 0, 0, 0, 0], undefined],
    ["nothing where the last look was too early", [7, 7, 7, 7, 7, 7], undefined],
  ] as const)("%s", (_name, counts, expected) => {
    expect(looked(...(counts as readonly (number | [number, number])[]))).toEqual(expected);
  });
});

describe("a probe whose arrival is counted", () => {
  const silent: Observation = {
    answers: [{ address: "10.0.0.5", outcome: { kind: "silent", waitedMs: 50 }, evidence: {} }],
  } as unknown as Observation;
  const task = (id: string) => ({ id, target: "10.0.0.5", timeoutMs: 50 }) as unknown as Task;
  const quiet = (_node: string, _port: number, _everyMs: number, hear: (counts: DatagramCounts) => void) => {
    const timer = setInterval(() => hear({ datagrams: 3, queuedBytes: 0 }), 10);
    return () => clearInterval(timer);
  };

  it("is alone at both ends, also where two nodes ask each other; all end", async () => {
    const ends: Record<string, { to: string; from: string; port?: number }> = {
      there: { to: "b", from: "a", port: 514 },
      back: { to: "a", from: "b", port: 514 },
      other: { to: "b", from: "c" },
    };
    const kept: string[] = [];
    const under = new Set<string>();
    const seen: string[] = [];
    const through = openCountWindows({
      endsOf: ({ id }) => ends[id] ?? {},
      watch: quiet,
      keep: ({ id }, { datagrams }) => void kept.push(`${id} ${datagrams}`),
    });
    const observe = through(async ({ id }) => {
      under.add(id);
      seen.push([...under].join("+"));
      await pause(50);
      under.delete(id);
      return silent;
    });
    const { signal } = new AbortController();
    await Promise.all(["other", "there", "back", "other", "free"].map((id) => observe(task(id), signal)));
    expect(kept.toSorted()).toEqual(["back 0", "there 0"]);
    expect(seen.filter((one) => /there|back/.test(one) && /other|there.*back|back.*there/.test(one))).toEqual([]);
  });

  it("is sent all the same where nothing is counted", async () => {
    const kept: unknown[] = [];
    const through = openCountWindows({
      endsOf: () => ({ to: "b", port: 514 }),
      watch: () => () => undefined,
      keep: (...one) => void kept.push(one),
    });
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 100);
    expect(await through(() => Promise.resolve(silent))(task("x"), controller.signal)).toBe(silent);
    expect(kept).toEqual([]);
  });
});
