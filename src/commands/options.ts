import { InvalidArgumentError } from "commander";
import { noDuration, readDuration } from "../model/text/duration.ts";

/** Parses a duration of the command line, `300ms`, `3s`, `1.5s` or `1m`, into milliseconds. */
export function parseDuration(text: string): number {
  const durationMs = readDuration(text);
  if (durationMs === undefined) throw new InvalidArgumentError(`${noDuration(text)}.`);
  return durationMs;
}

/** Parses a whole number of at least one. */
export function parseCount(text: string): number {
  const count = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (count < 1) throw new InvalidArgumentError(`"${text}" is not a whole number of at least 1.`);
  return count;
}

/** Collects a repeatable option. */
export function collect(value: string, earlier: readonly string[] = []): string[] {
  return [...earlier, value];
}

const perUnitMs = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Reads `90m`, `24h` or `7d` as milliseconds. */
export function parseAge(text: string): number {
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const ageMs = Number(count) * perUnitMs[unit as keyof typeof perUnitMs];
  if (ageMs > 0) return ageMs;
  throw new InvalidArgumentError(`"${text}" is not an age such as 90m, 24h or 7d`);
}
