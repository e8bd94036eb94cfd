import type { Run } from "../../src/model/run/run.ts";

/** A run record as if it were made at one fixed moment, on a machine that always takes the same time. */
export function normaliseRun(run: Run): Run {
  const times = { startedAt: "2026-01-01T12:00:00.000Z", durationMs: 7_200 };
  return { ...run, ...times, results: run.results.map((result) => fixTimes(result) as Run["results"][number]) };
}

function fixTimes(value: unknown, key = ""): unknown {
  if (typeof value === "number") return key === "rttMs" || key === "waitedMs" ? 0.4 : value;
  if (typeof value === "string") return value.replaceAll(/\b(after|in) \d[\d.]* (?:ms|s)\b/g, "$1 0.4 ms");
  if (Array.isArray(value)) return value.map((inner) => fixTimes(inner));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, fixTimes(inner, name)]));
}
