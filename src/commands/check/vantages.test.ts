import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Observation } from "../../model/outcome.ts";
import type { Task } from "../../model/task.ts";
import type { VantageSpec } from "../../model/topology/vantage-spec.ts";
import type { openerOf, OpenerOptions } from "../../vantage/openers.ts";
import type { Vantage } from "../../vantage/vantage.ts";
import { openVantages } from "./vantages.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => void vi.useRealTimers());

const task: Task = { id: "t", target: "192.0.2.1", timeoutMs: 200, probe: { kind: "tcp", port: 1 } };
const seen: Observation = { answers: [{ outcome: { kind: "open", rttMs: 1 }, evidence: {} }] };
const vantage = (more: Partial<Vantage> = {}): Vantage => ({
  observe: () => Promise.resolve(seen),
  close: async () => undefined,
  description: "",
  ...more,
});
/** Opens each node by a function of its name. */
const openedBy = (open: (name: string, options: OpenerOptions) => Promise<Vantage>): typeof openerOf =>
  vi.fn<typeof openerOf>(() => ({
    isShared: false,
    descriptors: 3,
    open: (spec: VantageSpec, options: OpenerOptions) =>
      open(typeof spec === "string" || !("exec" in spec) ? "local" : (spec.exec[0] ?? ""), options),
  }));
const sendersOf = (count: number) =>
  new Map(Array.from({ length: count }, (_, at): [string, VantageSpec] => [`n${at}`, { exec: [`n${at}`] }]));
/** One that answers nothing until it is given up. */
const hangs = (signal: AbortSignal, ms = 20_000) =>
  new Promise<never>((_, reject) => {
    if (signal.aborted) reject(new Error("the run was interrupted"));
    const timer = setTimeout(() => reject(new Error("no worker answered")), ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(new Error("the run was interrupted"));
    });
  });
const start = (count: number, opener: typeof openerOf, more: Partial<Parameters<typeof openVantages>[1]> = {}) =>
  openVantages(sendersOf(count), { signal: new AbortController().signal, env: {}, opener, ...more });
const openNow = async (vantages: ReturnType<typeof openVantages>, node: string) => {
  await vantages.whenOpen(node);
  const { signal } = new AbortController();
  return (await vantages.observe(node)(task, signal)).answers[0]?.outcome;
};

it("opens many vantage points a few at a time, each of which may listen for the abort", async () => {
  let underWay = 0;
  let most = 0;
  const warn = vi.spyOn(process, "emitWarning").mockReturnValue();
  const opener = openedBy(async (name, { signal }) => {
    most = Math.max(most, ++underWay);
    signal.addEventListener("abort", () => undefined);
    await new Promise(setImmediate);
    underWay--;
    if (name === "n7") throw new Error("no");
    return vantage();
  });
  const vantages = start(150, opener);
  expect(await openNow(vantages, "n149")).toEqual({ kind: "open", rttMs: 1 });
  expect(await openNow(vantages, "n7")).toEqual({ kind: "unsent", cause: "vantage", detail: "no" });
  expect(vantages.whenOpen("n149")).toBeUndefined();
  expect(opener).toHaveBeenCalledTimes(150);
  expect(most).toBe(16);
  expect(warn).not.toHaveBeenCalled();
  await vantages.close();
});

it("one that hangs costs no other its time, however many there are", async () => {
  const opener = openedBy((name, { signal }) =>
    Number(name.slice(1)) % 4 === 0
      ? hangs(signal)
      : new Promise((resolve) => setTimeout(resolve, 300, vantage()).unref()),
  );
  const vantages = start(400, opener);
  const openAt = new Map<number, number>();
  const begun = performance.now();
  for (let at = 0; at < 400; at++)
    void vantages.whenOpen(`n${at}`)?.then(() => openAt.set(at, performance.now() - begun));
  await vi.advanceTimersByTimeAsync(300);
  expect([...openAt.keys()]).toContain(1);
  await vi.advanceTimersByTimeAsync(60_000);
  const healthy = [...openAt].filter(([at]) => at % 4 !== 0).map(([, ms]) => ms);
  expect(healthy).toHaveLength(300);
  expect(Math.max(...healthy)).toBeLessThan(20_000); // one after the other in sixteens they would take 140 s
  expect(await openNow(vantages, "n0")).toMatchObject({ kind: "unsent", detail: "no worker answered" });
  await vantages.close();
});

it("a task that is asked for while its vantage point is being opened waits for it", async () => {
  const vantages = start(
    1,
    openedBy(() => new Promise((resolve) => setTimeout(resolve, 300, vantage()))),
  );
  const observing = vantages.observe("n0")(task, new AbortController().signal);
  await vi.advanceTimersByTimeAsync(299);
  expect(vantages.whenOpen("n0")).toBeDefined();
  await vi.advanceTimersByTimeAsync(1);
  expect(await observing).toEqual(seen);
  await vantages.close();
});

it("an abort ends those that are being opened, and their tasks say so", async () => {
  const controller = new AbortController();
  const vantages = start(
    40,
    openedBy((_, { signal }) => hangs(signal)),
    { signal: controller.signal },
  );
  const observing = vantages.observe("n0")(task, controller.signal);
  controller.abort();
  expect((await observing).answers[0]?.outcome).toMatchObject({ kind: "unsent", cause: "aborted" });
  await vantages.close();
});

it("close ends those that are open and those that are not yet", async () => {
  const close = vi.fn<() => Promise<void>>(async () => undefined);
  const opener = openedBy((name, { signal }) =>
    name === "n0" ? Promise.resolve(vantage({ close })) : hangs(signal, 1e9),
  );
  const vantages = start(40, opener);
  await vantages.whenOpen("n0");
  await vantages.close();
  expect(close).toHaveBeenCalledTimes(1);
});

it("says what the versions do not know of each other when it closes, once for all nodes that say the same", async () => {
  const opener = openedBy(async (name, { onNote }) => {
    if (name !== "n0") onNote?.("portmatrix 9.9 there is a mystery");
    return vantage();
  });
  const said: string[] = [];
  const vantages = start(8, opener, { say: (line) => void said.push(line) });
  for (let at = 0; at < 8; at++) await vantages.whenOpen(`n${at}`);
  await vantages.close();
  await vantages.close();
  expect(said).toEqual(["portmatrix: note: n1, n2, n3, n4, n5 and 2 more: portmatrix 9.9 there is a mystery\n"]);
});

it.each([
  ["the far side of an exec vantage point, in any of its answers", { exec: ["n0"] }, 1],
  ["a device that this machine asks, in its own answer", "local" as const, 0],
])("hides a secret that is repeated by %s", async (_who, spec, at) => {
  const secret = "c0mmun1ty-7f3a9e";
  const saying = (text: string): Observation => ({
    answers: [{ outcome: { kind: "unsent", cause: "vantage", detail: text }, evidence: { replySummary: text } }],
  });
  const said: string[] = [];
  const far = vantage({ observe: () => Promise.resolve(saying(`it says ${secret}, and ${secret.slice(0, 9)}…`)) });
  const opener = openedBy(async (_, { onNote }) => {
    setTimeout(() => onNote?.(`unknown ${secret}`), 0);
    return far;
  });
  const vantages = openVantages(new Map([["n0", spec]]), {
    signal: new AbortController().signal,
    env: {},
    opener,
    say: (line) => said.push(line),
  });
  await vantages.whenOpen("n0");
  const { signal } = new AbortController();
  const asking: Task = {
    ...task,
    probe: { kind: "snmp", port: 161, credentials: { version: "2c", community: secret } },
  };
  const seen = await Promise.all([vantages.observe("n0")(asking, signal), vantages.observe("n0")(task, signal)]);
  const hidden = saying("it says [secret], and [secret]…");
  expect(seen[0]).toEqual(hidden);
  if (at === 1) expect(seen[1]).toEqual(hidden);
  vi.runAllTimers();
  await vantages.close();
  expect(said.join("")).toContain(at === 1 ? "unknown [secret]" : "unknown");
});
