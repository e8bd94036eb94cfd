import { networkInterfaces } from "node:os";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Task } from "../model/task.ts";
import { readTableWith } from "../probe/kernel/connection-table.ts";
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

  const leading =
    (...addresses: string[]): Lookup =>
    (_name, callback) =>
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
      );
  const ownAddress = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  const homes = [
    "127.0.0.1",
    "127.0.1.1",
    "::1",
    "::ffff:127.0.0.1",
    "0.0.0.0",
    "::",
    "224.0.0.1",
    "255.255.255.255",
    "ff02::1",
  ];
  it.each([...new Set([...homes, ...ownAddress.map(({ address }) => address)])])(
    "asks nothing where a name leads home: %s",
    async (address) => {
      const answers = async (target: string) =>
        (await openLocal({ lookup: leading(address) }).observe({ ...task, target }, signal)).answers;
      for (const target of ["db01.example", "localhost.example"]) {
        const [answer] = await answers(target);
        expect(answer?.outcome).toMatchObject({ kind: "unsent" });
        if (!address.startsWith("fe80")) expect(answer?.outcome).toMatchObject({ cause: "name-leads-home" });
      }
      expect(probe).not.toHaveBeenCalled();
    },
  );

  it("asks the other addresses of the name", async () => {
    vi.mocked(probe).mockResolvedValue({ outcome: { kind: "open", rttMs: 1 }, evidence: {} });
    const { answers } = await openLocal({ lookup: leading("127.0.1.1", "192.0.2.1") }).observe(task, signal);
    expect(answers.map(({ address, outcome }) => [address, outcome.kind])).toEqual([
      ["127.0.1.1", "unsent"],
      ["192.0.2.1", "open"],
    ]);
  });

  it.each<[string, Partial<Task>, string]>([
    ["localhost", { target: "localhost" }, "127.0.0.1"],
    ["a name below localhost", { target: "db01.LOCALHOST." }, "::1"],
    ["a name of the sender's own", { isOwnName: true }, "127.0.1.1"],
    ["an address that the topology itself declares", { target: "127.0.0.1" }, "unused"],
    ["a name that leads elsewhere", {}, "192.0.2.1"],
  ])("asks %s", async (_, parts, address) => {
    vi.mocked(probe).mockResolvedValue({ outcome: { kind: "open", rttMs: 1 }, evidence: {} });
    const { answers } = await openLocal({ lookup: leading(address) }).observe({ ...task, ...parts }, signal);
    expect(answers.map(({ outcome }) => outcome.kind)).toEqual(["open"]);
  });

  it("an abort ends a lookup that hangs, and nothing is sent", async () => {
    const controller = new AbortController();
    const seen = openLocal({ lookup: () => undefined }).observe(task, controller.signal);
    controller.abort();
    expect((await seen).answers[0]?.outcome).toMatchObject({ kind: "unsent", cause: "aborted" });
    expect(probe).not.toHaveBeenCalled();
  });
});

describe("a resolver that gives no answer", () => {
  const asks = async (code: string, count: number) => {
    const restore = readTableWith(() => ({ count, max: 8 }));
    const lookup: Lookup = (_name, callback) => callback(Object.assign(new Error("getaddrinfo"), { code }), []);
    const { answers } = await openLocal({ lookup }).observe(task, signal);
    restore();
    return answers[0]?.outcome;
  };
  it("was not asked where the connection tracking table of this machine is full", async () =>
    expect(await asks("EAI_AGAIN", 8)).toMatchObject({
      cause: "connection-table-full",
      detail: expect.stringContaining("8 of 8"),
    }));
  it("is silent where there is room", async () => expect(await asks("EAI_AGAIN", 7)).toMatchObject({ cause: "name" }));
  it("is believed if it says that there is no such name", async () =>
    expect(await asks("ENOTFOUND", 8)).toMatchObject({ cause: "name" }));
});
