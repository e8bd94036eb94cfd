import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Observed } from "../model/run/observed.ts";
import type { Observation } from "../model/outcome.ts";
import type { Observe } from "../model/task.ts";
import { writeNetwork, networkOf } from "./network-of.ts";
import { type ScheduledProbe, type ScheduleOptions, schedule } from "./schedule.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

type Kind = "refused" | "open" | "silent" | "prohibited";
const saw = (address: string, kind: Kind): Observation => ({
  answers: [
    {
      address,
      outcome: kind === "silent" ? { kind, waitedMs: 1 } : { kind, rttMs: 1 },
      evidence: {},
    },
  ],
});

const ssh = { kind: "tcp", port: 22 } as const;
const http = { kind: "tcp", port: 80 } as const;
const inNetwork = (network: string, count: number, question: typeof ssh | typeof http = ssh): ScheduledProbe[] =>
  Array.from({ length: count }, (_, at) => {
    const target = `${network}${at + 1}`;
    const id = `${target}/${question.port}`;
    return { id, vantage: "here", target, task: { id, target, timeoutMs: 3_000, probe: question }, mayConfirm: true };
  });

/** Runs probes whose `turn`th attempt (from 0) sees what `seeing` says; gives what was seen and how often each was asked. */
async function run(
  probes: readonly ScheduledProbe[],
  seeing: (id: string, turn: number, place: number) => Kind,
  more: Partial<ScheduleOptions> = {},
) {
  const asked = new Map<string, number>();
  const places = new Map(probes.map(({ id }, at) => [id, at]));
  const observe: Observe = (task) => {
    const turn = asked.get(task.id) ?? 0;
    asked.set(task.id, turn + 1);
    const observation = saw(task.target, seeing(task.id, turn, places.get(task.id) ?? 0));
    return new Promise((resolve) => void setTimeout(resolve, 5, observation));
  };
  const done = schedule(probes, {
    observe: () => observe,
    isSurprising: (_id, { answers }) => answers.some(({ outcome }) => outcome.kind !== "open"),
    answerKind: ({ answers: [answer] }) => {
      const kind = answer?.outcome.kind;
      return kind === "refused" || kind === "prohibited" ? kind : undefined;
    },
    concurrency: 1_000,
    perTarget: 3,
    perTargetGapMs: 0,
    confirmSpacingMs: 1_000,
    signal: new AbortController().signal,
    ...more,
  });
  await vi.runAllTimersAsync();
  const seen = await done;
  const twice = [...asked.values()].filter((times) => times === 2).length;
  const standing = [...seen.values()].filter(({ bySample }) => bySample !== undefined);
  return { seen, asked, twice, standing };
}

describe("many targets of one network that answer alike", () => {
  it("are confirmed by a sample, and the record says which were asked again and which stand on them", async () => {
    const { seen, twice, standing } = await run(inNetwork("10.0.3.", 250), () => "refused");
    expect(seen.size).toBe(250);
    expect(twice).toBe(15);
    expect(standing).toHaveLength(235);
    for (const { attempts, bySample } of standing) {
      expect(attempts).toBe(1);
      expect(bySample).toEqual({ network: "10.0.3.0/24", alike: 250, confirmed: 15 });
    }
    for (const { attempts, bySample } of seen.values()) expect(bySample === undefined).toBe(attempts === 2);
  });

  it("are all asked again if one of the sample sees something else", async () => {
    const { twice, standing, seen } = await run(inNetwork("10.0.3.", 250), (_id, turn, place) =>
      turn === 1 && place === 224 ? "open" : "refused",
    );
    expect(twice).toBe(250);
    expect(standing).toEqual([]);
    expect(seen.get("10.0.3.225/22")?.observation.answers[0]?.outcome.kind).toBe("open");
  });

  it.each<[Kind]>([["silent"], ["prohibited"]])("twin: %s at the second time is something else too", async (kind) => {
    const { twice } = await run(inNetwork("10.0.3.", 250), (_id, turn, place) =>
      turn === 1 && place === 0 ? kind : "refused",
    );
    expect(twice).toBe(250);
  });

  it("twin: a passing cause that half of them have is never taken for a pattern", async () => {
    const { twice, seen } = await run(inNetwork("10.0.3.", 250), (_id, turn, place) =>
      turn === 0 || place % 2 === 0 ? "refused" : "open",
    );
    expect(twice).toBe(250);
    const opened = [...seen.values()].filter(({ observation }) => observation.answers[0]?.outcome.kind === "open");
    expect(opened).toHaveLength(125);
  });
});

describe("each is confirmed", () => {
  it.each<[string, readonly ScheduledProbe[], Kind?, Partial<ScheduleOptions>?]>([
    ["fewer than 64 are alike", inNetwork("10.0.3.", 63)],
    ["they are of different networks", Array.from({ length: 100 }, (_, at) => inNetwork(`10.0.${at}.`, 2)).flat()],
    ["they were asked different things", [...inNetwork("10.0.3.", 60), ...inNetwork("10.0.3.", 60, http)]],
    ["names were asked, or loopback", [...inNetwork("host", 100), ...inNetwork("127.0.0.", 100)]],
    ["the answer has no kind, as silence has none", inNetwork("10.0.3.", 100), "silent"],
    ["nobody says what is alike", inNetwork("10.0.3.", 100), "refused", { answerKind: undefined }],
  ])("where %s", async (_why, probes, kind = "refused", more = {}) => {
    const { twice, standing } = await run(probes, () => kind, more);
    expect(twice).toBe(probes.length);
    expect(standing).toEqual([]);
  });

  it("twin: 64 are enough", async () => {
    expect((await run(inNetwork("10.0.3.", 64), () => "refused")).twice).toBe(9);
  });

  it("before the pattern shows, if they come slowly", async () => {
    const { twice, standing } = await run(inNetwork("10.0.3.", 250), () => "refused", { ratePerSecond: 20 });
    expect(twice).toBeGreaterThan(40);
    expect(standing.length).toBeGreaterThan(100);
  });
});

it("an interrupted run keeps the first answers, and none stands on a sample that is not complete", async () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 500);
  const { seen, twice, standing } = await run(inNetwork("10.0.3.", 250), () => "refused", {
    signal: controller.signal,
  });
  expect(seen.size).toBe(250);
  expect([twice, standing.length]).toEqual([0, 0]);
});

it("a probe is told once, after its decision", async () => {
  const told = new Map<string, Observed>();
  const { seen } = await run(inNetwork("10.0.3.", 250), () => "refused", {
    onObserved: (id, observed) => {
      expect(told.has(id)).toBe(false);
      told.set(id, observed);
    },
  });
  expect(told).toEqual(seen);
});

it.each([
  ["10.0.3.7", "10.0.3.0/24"],
  ["2001:db8:0:1::7", "2001:db8:0:1::/64"],
  ["fd00::1", "fd00::/64"],
])("the network of %s is written %s", (address, written) => {
  expect(writeNetwork(networkOf(address) ?? "")).toBe(written);
});
