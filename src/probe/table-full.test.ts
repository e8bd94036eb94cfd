import { createSocket } from "node:dgram";
import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import type { Outcome } from "../model/outcome.ts";
import { unsent } from "../model/unsent.ts";
import type { Seen } from "./flight/prober.ts";
import { readTableWith, type TableReading, watchTable } from "./kernel/connection-table.ts";
import { probe } from "./probers.ts";
import { unlessTableFull } from "./table-full.ts";

let restore: (() => void) | undefined;
afterEach(() => restore?.());
/** Has the table read as this; gives a function that counts the readings. */
function tableIs(read: () => TableReading | undefined): () => number {
  let readings = 0;
  restore = readTableWith(() => {
    readings += 1;
    return read();
  });
  return () => readings;
}

const full = { count: 1_024, max: 1_024 };
const roomy = { count: 1_023, max: 1_024 };
const seen = (outcome: Outcome, evidence: Seen["evidence"] = {}): Seen => ({ outcome, evidence });
const silent = seen({ kind: "silent", waitedMs: 500 }, { tries: 2 });
const refusedToSend: Seen = unsent("local-firewall", "refused to send", { errno: "EPERM" });
const pingRefused: Seen = unsent("local-firewall", "ping says", { method: "ping" });
const rejectedByRule: Seen = unsent("local-firewall", "A rule of this machine rejected the packet", {
  icmpCode: "3/13",
});

describe("while the connection tracking table of this machine is full", () => {
  it.each([
    ["silence", silent],
    ["EPERM", refusedToSend],
    ["ping's word for it", pingRefused],
  ])("%s is this machine's failure", async (_what, saw) => {
    tableIs(() => full);
    const { outcome, evidence } = await unlessTableFull(Promise.resolve(saw));
    expect(outcome).toMatchObject({ kind: "unsent", cause: "connection-table-full" });
    expect(outcome).toMatchObject({ detail: expect.stringContaining("1024 of 1024 entries") });
    expect(evidence).toEqual(saw.evidence);
  });

  it.each([
    ["an answer", seen({ kind: "open", rttMs: 1 })],
    ["a refusal", seen({ kind: "refused", rttMs: 1 })],
    ["an ICMP error", seen({ kind: "unreachable", rttMs: 1 })],
    ["an error of a rule that rejects", rejectedByRule],
    ["a missing route", unsent("no-route", "none", { errno: "ENETUNREACH" })],
  ])("%s stays what it is", async (_what, saw) => {
    tableIs(() => full);
    expect(await unlessTableFull(Promise.resolve(saw))).toBe(saw);
  });

  it("a bug of a prober is still one", async () => {
    tableIs(() => full);
    await expect(unlessTableFull(Promise.reject(new Error("boom")))).rejects.toThrow("boom");
  });
});

describe("twin: while there is room in it, or none is kept", () => {
  it.each<[string, TableReading | undefined]>([
    ["room for one more", roomy],
    ["no limit", { count: 5, max: 0 }],
    ["no table", undefined],
  ])("%s", async (_what, reading) => {
    tableIs(() => reading);
    for (const saw of [silent, refusedToSend, pingRefused])
      expect(await unlessTableFull(Promise.resolve(saw))).toBe(saw);
  });
});

describe("the table is looked at", () => {
  it("meanwhile: full for a moment while a probe waits counts, before that does not", async () => {
    let reading = full;
    tableIs(() => reading);
    await unlessTableFull(Promise.resolve(silent));
    reading = roomy;
    const waits = (ms: number) => new Promise<Seen>((resolve) => setTimeout(() => resolve(silent), ms));
    expect((await unlessTableFull(waits(60))).outcome.kind).toBe("silent");
    const waiting = unlessTableFull(waits(1_200));
    reading = full;
    setTimeout(() => (reading = roomy), 700);
    expect((await waiting).outcome).toMatchObject({ kind: "unsent", cause: "connection-table-full" });
  });

  it("a few times a second, whatever number of probes asks", async () => {
    const readings = tableIs(() => roomy);
    const startedAtMs = performance.now();
    const all = Array.from({ length: 5_000 }, (_, at) =>
      unlessTableFull(Promise.resolve(at % 2 ? silent : refusedToSend)),
    );
    await Promise.all(all);
    expect(readings()).toBeLessThanOrEqual(2 + (performance.now() - startedAtMs) / 50);
  });

  it("not at all where everything is answered at once", async () => {
    const readings = tableIs(() => full);
    await unlessTableFull(Promise.resolve(seen({ kind: "open", rttMs: 1 })));
    expect(readings()).toBe(0);
  });

  it("no more once nothing is under way", async () => {
    let readings = 0;
    const watch = watchTable(() => {
      readings += 1;
      return roomy;
    });
    watch.begin();
    watch.end();
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(readings).toBe(0);
  });
});

it("a real probe that stays silent is not sent where the table is full, and silent where it is not", async () => {
  const mute = createSocket("udp4").bind(0, "127.0.0.1");
  await once(mute, "listening");
  const { signal } = new AbortController();
  const ask = () =>
    probe(
      { kind: "udp", port: mute.address().port, payload: "empty" },
      { address: "127.0.0.1", family: 4, timeoutMs: 300, signal },
    );
  let reading = full;
  tableIs(() => reading);
  try {
    expect((await ask()).outcome).toMatchObject({ kind: "unsent", cause: "connection-table-full" });
    reading = roomy;
    expect((await ask()).outcome.kind).toBe("silent");
  } finally {
    mute.close();
  }
});
