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
