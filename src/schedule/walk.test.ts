import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readHop } from "../diagnose/read-hop.ts";
import type { HopAnswer, HopOrder } from "../model/run/walk.ts";
import { walk, type WalkAim } from "./walk.ts";

const expired = (sender: string): HopAnswer => ({
  kind: "error",
  sourcePort: 40_000,
  afterMs: 1,
  errno: "EHOSTUNREACH",
  icmp: { type: 11, code: 0, sender, isOwn: false },
});
const silent: HopAnswer = { kind: "silent", sourcePort: 40_000, afterMs: 900 };
const open: HopAnswer = { kind: "open", sourcePort: 40_000, afterMs: 2 };

/** Walks a network that answers a distance at the n-th packet as `answer` says; keeps what was sent, and when. */
async function walked(answer: (hops: number, nth: number) => HopAnswer, more: Partial<WalkAim> = {}) {
  const sent: (HopOrder & { atMs: number })[] = [];
  const aim: WalkAim = {
    protocol: "tcp",
    address: "10.9.4.2",
    port: 8000,
    bytes: new Uint8Array(0),
    signal: new AbortController().signal,
    ...more,
  };
  const send = async (order: HopOrder) => {
    sent.push({ ...order, atMs: performance.now() });
    const found = answer(order.hops, sent.filter(({ hops }) => hops === order.hops).length);
    if (found.kind === "silent") vi.advanceTimersByTime(order.waitMs);
    return found;
  };
  const walking = walk(aim, send, readHop);
  await vi.runAllTimersAsync();
  return { ...(await walking), sentPackets: sent };
}

describe("walk", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("keeps one source port, and ends at the target", async () => {
    const { steps, sentPackets, sourcePort } = await walked((hops) => (hops < 4 ? expired(`10.0.0.${hops}`) : open));
    expect(steps.map(({ answer }) => answer)).toEqual(["expired", "expired", "expired", "open"]);
    expect(sentPackets.map(({ sourcePort }) => sourcePort)).toEqual([0, 40_000, 40_000, 40_000]);
    expect(sourcePort).toBe(40_000);
  });

  it("asks a silent distance three times, a second apart, and four silent ones end it", async () => {
    const { steps, sentPackets } = await walked((hops) => (hops < 3 ? expired(`10.0.0.${hops}`) : silent));
    expect(steps.map(({ answer, sent }) => `${answer} ${sent}`)).toEqual([
      "expired 1",
      "expired 1",
      "none 3",
      "none 3",
      "none 3",
      "none 3",
    ]);
    for (const hops of [3, 4, 5, 6]) {
      const times = sentPackets.filter((one) => one.hops === hops).map(({ atMs }) => atMs);
      for (const [at, time] of times.slice(1).entries()) expect(time - (times[at] ?? 0)).toBeGreaterThanOrEqual(1_000);
    }
  });

  it("goes no farther than the control was, unless somebody answers there", async () => {
    expect((await walked(() => silent, { distance: 2 })).steps).toHaveLength(2);
    const far = await walked((hops) => (hops < 4 ? expired(`10.0.0.${hops}`) : silent), { distance: 2 });
    expect(far.steps).toHaveLength(4);
  });

  it("goes on where a distance answers late", async () => {
    const late = await walked((hops, nth) =>
      hops === 7 ? open : hops === 3 && nth === 2 ? expired("10.0.0.3") : hops > 1 ? silent : expired("10.0.0.1"),
    );
    expect(late.steps.map(({ hops, answer, sent }) => `${hops} ${answer} ${sent}`)).toEqual([
      "1 expired 1",
      "2 none 3",
      "3 expired 2",
      "4 none 3",
      "5 none 3",
      "6 none 3",
      "7 open 1",
    ]);
  });

  it("does not repeat what may be an event, where the target is", async () => {
    const { sentPackets } = await walked((hops) => (hops < 2 ? expired("10.0.0.1") : silent), {
      distance: 3,
      isOnce: true,
      protocol: "udp",
    });
    expect(sentPackets.filter(({ hops }) => hops === 3)).toHaveLength(1);
    expect(sentPackets.filter(({ hops }) => hops === 2)).toHaveLength(3);
  });

  it("never sends more than 90 packets, and none after it was told that it cannot", async () => {
    expect(
      (await walked((hops, nth) => (nth < 3 && hops % 4 !== 0 ? silent : expired("10.0.0.1")))).sentPackets.length,
    ).toBeLessThanOrEqual(90);
    const { unsent, sentPackets } = await walked(() => ({ kind: "unsent", detail: "EPERM" }));
    expect(unsent).toContain("EPERM");
    expect(sentPackets).toHaveLength(1);
  });
});
