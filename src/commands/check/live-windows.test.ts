import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { Observation } from "../../model/outcome.ts";
import type { Observe, Task } from "../../model/task.ts";
import { type LivePort, openLiveWindows } from "./live-windows.ts";

const { signal } = new AbortController();
const task = (kind: "responder" | "tcp"): Task => ({ probe: { kind, port: 8000 } }) as unknown as Task;
const seen = (kind: "open" | "silent"): Observation => ({ answers: [{ outcome: { kind }, evidence: {} }] }) as never;

/** A port, what was done with it, and what was sent. */
function world({ isHeld, answers = "open" }: { isHeld: boolean; answers?: "open" | "silent" }) {
  const log: string[] = [];
  const port: LivePort = {
    hold: () => {
      log.push("hold");
      return Promise.resolve({ isHeld, release: () => log.push("release") });
    },
  };
  const observe: Observe = async ({ probe }) => {
    log.push(probe.kind);
    await pause(20);
    return seen(answers);
  };
  const windows = openLiveWindows(
    ({ probe }) => (probe.kind === "responder" ? { port, usual: task("tcp"), mayRepeat: false } : undefined),
    30,
  );
  return { log, send: windows(observe) };
}

describe("a port of a live network", () => {
  it("is held for its probes alone, several at once, and free in between", async () => {
    const { log, send } = world({ isHeld: true });
    await Promise.all([send(task("responder"), signal), send(task("responder"), signal)]);
    await pause(5);
    await send(task("responder"), signal);
    await pause(5);
    expect(log).toEqual(["hold", "responder", "responder", "release", "hold", "responder", "release"]);
  });

  it("is held a moment longer where nothing came back", async () => {
    const { log, send } = world({ isHeld: true, answers: "silent" });
    await send(task("responder"), signal);
    expect(log).toEqual(["hold", "responder"]);
    await expect.poll(() => log).toEqual(["hold", "responder", "release"]);
  });

  it("that a service has by now is asked as usual, and once where it may not be repeated", async () => {
    const { log, send } = world({ isHeld: false });
    const request = task("responder");
    await send(request, signal);
    await send(request, signal);
    expect(log.filter((word) => word === "tcp")).toEqual(["tcp"]);
    expect(log).not.toContain("responder");
  });

  it("is not waited for by what asks no responder", async () => {
    const { log, send } = world({ isHeld: true });
    await send(task("tcp"), signal);
    expect(log).toEqual(["tcp"]);
  });
});
