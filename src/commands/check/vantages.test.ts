import { expect, it, vi } from "vitest";
import type { VantageSpec } from "../../model/topology.ts";
import { openExec } from "../../vantage/exec.ts";
import { openVantages } from "./vantages.ts";

vi.mock("../../vantage/exec.ts", () => ({ openExec: vi.fn<typeof openExec>() }));
vi.mock("node:fs/promises", () => ({ readFile: async () => "" }));

it("opens many vantage points a few at a time, each of which may listen for the abort", async () => {
  let underWay = 0;
  let most = 0;
  const warn = vi.spyOn(process, "emitWarning").mockReturnValue();
  vi.mocked(openExec).mockImplementation(async ([name = ""], { signal }) => {
    most = Math.max(most, ++underWay);
    signal.addEventListener("abort", () => undefined);
    await new Promise(setImmediate);
    underWay--;
    if (name === "n7") throw new Error("no");
    return { observe: () => Promise.reject(new Error(name)), close: async () => undefined, description: name };
  });
  const names = Array.from({ length: 150 }, (_, index) => `n${index}`);
  const senders = new Map(names.map((name): [string, VantageSpec] => [name, { exec: [name] }]));
  const vantages = await openVantages(senders, { signal: new AbortController().signal });
  expect(openExec).toHaveBeenCalledTimes(150);
  expect(most).toBe(16);
  expect(warn).not.toHaveBeenCalled();
  expect([...vantages.refused]).toEqual([["n7", "no"]]);
  await vantages.close();
});

it("says what the versions do not know of each other when it closes, once for all nodes that say the same", async () => {
  vi.mocked(openExec).mockImplementation(async ([name = ""], { onNote }) => {
    if (name !== "n0") onNote?.("portmatrix 9.9 there is a mystery");
    return { observe: () => Promise.reject(new Error(name)), close: async () => undefined, description: name };
  });
  const names = Array.from({ length: 8 }, (_, index) => `n${index}`);
  const senders = new Map(names.map((name): [string, VantageSpec] => [name, { exec: [name] }]));
  const said: string[] = [];
  const vantages = await openVantages(senders, {
    signal: new AbortController().signal,
    say: (line) => void said.push(line),
  });
  await vantages.close();
  await vantages.close();
  expect(said).toEqual(["portmatrix: note: n1, n2, n3, n4, n5 and 2 more: portmatrix 9.9 there is a mystery\n"]);
});
