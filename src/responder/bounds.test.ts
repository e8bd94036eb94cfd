import { expect, it } from "vitest";
import { limitRate, rememberNonces } from "./bounds.ts";

it("a source gets so many answers at once and so many a second, whatever others do", () => {
  let now = 0;
  const mayAnswer = limitRate(() => now);
  const granted = (source: string, times: number) =>
    Array.from({ length: times }, () => mayAnswer(source)).filter(Boolean).length;
  expect(granted("10.0.0.1", 1_000)).toBe(400);
  expect(granted("10.0.0.2", 10)).toBe(10);
  now += 1_000;
  expect(granted("10.0.0.1", 1_000)).toBe(200);
});

it("sources and requests are remembered up to a bound", () => {
  const mayAnswer = limitRate(() => 0);
  for (let at = 0; at < 20_000; at += 1) mayAnswer(`source ${at}`);
  const isNew = rememberNonces();
  expect(isNew("a")).toBe(true);
  expect(isNew("a")).toBe(false);
  for (let at = 0; at < 65_536; at += 1) isNew(`nonce ${at}`);
  expect(isNew("a")).toBe(true);
  expect(isNew("nonce 65535")).toBe(false);
});
