import { expect, it } from "vitest";
import { pingCommandOf } from "./ping-commands.ts";

it.each<[string, 4 | 6, string, number]>([
  ["linux", 4, "ping -n -c 1 -W 2", 2_000],
  ["linux", 6, "ping -n -c 1 -W 2", 2_000],
  ["win32", 4, "ping -4 -n 1 -w 1500", 1_500],
  ["win32", 6, "ping -6 -n 1 -w 1500", 1_500],
  ["darwin", 4, "ping -n -c 1 -W 1500", 1_500],
  ["darwin", 6, "ping6 -n -c 1", 10_000],
])("%s, IPv%i: %s", (system, family, line, waitsMs) => {
  const { argv, waitsMs: waits } = pingCommandOf(system, family, 1_500);
  expect(argv.join(" ")).toBe(line);
  expect(waits).toBe(waitsMs);
});
