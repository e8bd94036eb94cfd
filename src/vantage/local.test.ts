import { afterEach, describe, expect, it, vi } from "vitest";
import type { Task } from "../model/task.ts";
import { probe } from "../probe/probers.ts";
import { openLocal } from "./local.ts";
import type { Lookup } from "./resolve.ts";

vi.mock("../probe/probers.ts", () => ({ probe: vi.fn<typeof probe>(), closeProbers: () => undefined }));
afterEach(() => void vi.resetAllMocks());

const task: Task = { id: "t", target: "two.example", timeoutMs: 100, probe: { kind: "tcp", port: 1 } };
const two: Lookup = (_name, callback) =>
  callback(null, [
    { address: "2001:db8::1", family: 6 },
    { address: "192.0.2.1", family: 4 },
  ]);
const { signal } = new AbortController();

describe("openLocal", () => {
  it("asks every address at the same time and keeps the resolver's order", async () => {
    const asked: unknown[] = [];
    vi.mocked(probe).mockImplementation(async (_spec, { address, family }) => {
      asked.push([address, family]);
      while (asked.length < 2) await new Promise(setImmediate); // goes on only if the other one was asked, too
      return { outcome: { kind: "open", rttMs: family }, evidence: {} };
    });
    const { answers } = await openLocal({ lookup: two }).observe(task, signal);
    expect(asked).toEqual([
      ["2001:db8::1", 6],
      ["192.0.2.1", 4],
    ]);
    expect(answers).toEqual([
      { address: "2001:db8::1", outcome: { kind: "open", rttMs: 6 }, evidence: {} },
      { address: "192.0.2.1", outcome: { kind: "open", rttMs: 4 }, evidence: {} },
    ]);
  });

  it("asks the addresses of a careful task one after the other", async () => {
    let underWay = 0;
    let most = 0;
    vi.mocked(probe).mockImplementation(async (_spec, { family }) => {
      most = Math.max(most, ++underWay);
      for (let turns = 0; turns < 5; turns++) await new Promise(setImmediate);
      underWay--;
      return { outcome: { kind: "open", rttMs: family }, evidence: {} };
    });
    const { answers } = await openLocal({ lookup: two }).observe({ ...task, careful: true }, signal);
    expect(answers.map(({ address }) => address)).toEqual(["2001:db8::1", "192.0.2.1"]);
    expect(most).toBe(1);
  });

  it("a prober's bug is no fact about the network and spoils no other address", async () => {
    vi.mocked(probe).mockImplementation(async (_spec, { family }) => {
      if (family === 6) throw new Error("boom");
      return { outcome: { kind: "open", rttMs: 1 }, evidence: {} };
    });
    const { answers } = await openLocal({ lookup: two }).observe(task, signal);
    expect(answers.map(({ outcome }) => outcome)).toEqual([
      { kind: "unsent", cause: "internal", detail: "the prober failed: boom" },
      { kind: "open", rttMs: 1 },
    ]);
  });

  it("an abort ends a lookup that hangs, and nothing is sent", async () => {
    const controller = new AbortController();
    const seen = openLocal({ lookup: () => undefined }).observe(task, controller.signal);
    controller.abort();
    expect((await seen).answers[0]?.outcome).toMatchObject({ kind: "unsent", cause: "aborted" });
    expect(probe).not.toHaveBeenCalled();
  });
});
