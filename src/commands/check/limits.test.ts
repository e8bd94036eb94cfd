import { readdirSync } from "node:fs";
import { expect, it } from "vitest";
import { startChild } from "../../vantage/start/child.ts";
import { openerOf } from "../../vantage/openers.ts";
import { limitsHere, sayWhenSlowed } from "./limits.ts";

const manyDescriptors = 100_000_000;

it("the descriptors of vantage points are none that probes can have", () => {
  const alone = limitsHere(undefined, 0).concurrency;
  expect(limitsHere(undefined, 3).concurrency).toBeLessThanOrEqual(alone);
  expect(limitsHere(undefined, manyDescriptors).concurrency).toBe(8);
  const said: string[] = [];
  sayWhenSlowed(100, undefined, manyDescriptors, (line) => said.push(line));
  expect(said.join("")).toMatch(/may open only \d+ files \(ulimit -n\), of which its vantage points take 100000000/);
});

it("a program behind a vantage point holds as many descriptors as its opener says", async () => {
  const open = () => readdirSync("/proc/self/fd").length;
  const start = () => startChild(["sleep", "60"], () => undefined, process.env);
  const first = start(); // the first one of all may open something for the process
  const before = open();
  const children = Array.from({ length: 5 }, start);
  expect(open() - before).toBe(5 * openerOf({ exec: ["sleep"] }).descriptors);
  await Promise.all([first, ...children].map((child) => child.stop({ eofMs: 0, termMs: 1000 })));
});
