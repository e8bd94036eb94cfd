import { InvalidArgumentError } from "commander";

/** Parses a duration of the command line, `300ms`, `3s`, `1.5s` or `1m`, into milliseconds. */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text);
  const perUnit = { ms: 1, s: 1_000, m: 60_000 } as const;
  const durationMs = match === null ? Number.NaN : Number(match[1]) * perUnit[match[2] as keyof typeof perUnit];
  if (!(durationMs >= 1 && durationMs <= 600_000)) {
    throw new InvalidArgumentError(`"${text}" is not a duration between 1ms and 10m, such as 300ms, 3s or 1m.`);
  }
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
