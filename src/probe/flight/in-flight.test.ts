import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { unsent } from "../../model/unsent.ts";
import { runProbe } from "./in-flight.ts";
import type { ProbeContext } from "./prober.ts";

const context = (timeoutMs = 20, signal = new AbortController().signal): ProbeContext => ({
  address: "127.0.0.1",
  family: 4,
  timeoutMs,
  signal,
});

/** Stops this process, timers and sockets and all. */
const block = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

describe("runProbe", () => {
  it("is silent at the deadline, says how long it waited, and releases what it held", async () => {
    const release = vi.fn<() => void>();
    const seen = await runProbe(context(), (flight) => flight.onEnd(release));
    expect(seen.outcome).toMatchObject({ kind: "silent" });
    expect(seen.outcome.kind === "silent" && seen.outcome.waitedMs).toBeGreaterThan(15);
    expect(release).toHaveBeenCalledOnce();
  });

  it("keeps the first verdict and ignores later ones", async () => {
    const seen = await runProbe(context(), (flight) => {
      flight.settle(unsent("internal", "first"));
      flight.settle(unsent("internal", "second"));
    });
    expect(seen.outcome).toMatchObject({ detail: "first" });
  });

  it("waits a little longer for what a starved process delayed", async () => {
    const seen = await runProbe(context(20), (flight) => {
      block(400); // the deadline is long over when timers run again
      setTimeout(() => flight.settle({ outcome: { kind: "open", rttMs: 0 }, evidence: {} }), 50);
    });
    expect(seen.outcome.kind).toBe("open");
  });

  it("ends all the same if it is starved again and again", async () => {
    const starving = setInterval(() => block(300), 1);
    try {
      expect((await runProbe(context(20), () => undefined)).outcome.kind).toBe("silent");
    } finally {
      clearInterval(starving);
    }
  });

  it("has no deadline any more once something was seen that is still being explained", async () => {
    const seen = await runProbe(context(20), (flight) => {
      flight.settleWith(pause(100).then(() => unsent("no-route", "explained")));
    });
    expect(seen.outcome).toMatchObject({ kind: "unsent", cause: "no-route" });
  });

  describe("that was silent", () => {
    const unreachable = { outcome: { kind: "unreachable", rttMs: 60 }, evidence: {} } as const;
    /** Another probe that is under way for so long. */
    const other = (ms: number) =>
      runProbe(context(5_000), (flight) => void setTimeout(() => flight.settle(unsent("internal", "over")), ms));

    it("takes an error that comes late as long as others are under way", async () => {
      const others = other(150);
      const seen = await runProbe(context(20), (flight) => void setTimeout(() => flight.settle(unreachable), 60));
      expect(seen).toEqual(unreachable);
      await others;
    });

    it("takes no answer that comes late, and no explanation that is none", async () => {
      const others = other(150);
      const open = { outcome: { kind: "open", rttMs: 60 }, evidence: {} } as const;
      const late = runProbe(context(20), (flight) => void setTimeout(() => flight.settle(open), 60));
      const nothing = runProbe(context(20), (flight) => {
        setTimeout(() => flight.settleWith(Promise.resolve(undefined)), 60);
      });
      expect((await late).outcome.kind).toBe("silent");
      expect((await nothing).outcome.kind).toBe("silent");
      await others;
    });

    it("ends with the last of the others, and says how long it waited itself", async () => {
      const others = other(150);
      const seen = await runProbe(context(20), () => undefined);
      expect(seen.outcome.kind === "silent" && seen.outcome.waitedMs).toBeLessThan(150);
      expect((await others).outcome.kind).toBe("unsent");
    });

    it("twin: ends at once where no other is, and where it must not be repeated", async () => {
      const late = (careful: boolean) =>
        runProbe({ ...context(20), careful }, (flight) => void setTimeout(() => flight.settle(unreachable), 200));
      expect((await late(false)).outcome.kind).toBe("silent");
      const others = other(400);
      expect((await late(true)).outcome.kind).toBe("silent");
      await others;
    });

    it("is silent, not interrupted, if the run is interrupted after its deadline", async () => {
      const controller = new AbortController();
      const others = other(150);
      const late = runProbe(context(20, controller.signal), () => undefined);
      setTimeout(() => controller.abort(), 60);
      expect((await late).outcome.kind).toBe("silent");
      await others;
    });
  });

  it("releases at once what is opened after the end", async () => {
    const release = vi.fn<() => void>();
    await runProbe(context(), (flight) => {
      flight.settle(unsent("internal", "over"));
      flight.onEnd(release);
    });
    expect(release).toHaveBeenCalledOnce();
  });

  it("is unsent when the run is interrupted, before and during the probe", async () => {
    const controller = new AbortController();
    const begin = vi.fn<() => void>();
    const during = runProbe(context(60_000, controller.signal), begin);
    controller.abort();
    expect((await during).outcome).toMatchObject({ kind: "unsent", cause: "aborted" });
    expect((await runProbe(context(60_000, controller.signal), begin)).outcome).toMatchObject({ cause: "aborted" });
    expect(begin).toHaveBeenCalledOnce();
  });

  it("rejects for a bug, and releases all the same", async () => {
    const release = vi.fn<() => void>();
    const failing = runProbe(context(), (flight) => {
      flight.onEnd(release);
      throw new TypeError("a bug");
    });
    await expect(failing).rejects.toThrow("a bug");
    expect(release).toHaveBeenCalledOnce();
  });
});
