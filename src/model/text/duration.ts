const perUnitMs = { ms: 1, s: 1_000, m: 60_000 } as const;
const longestMs = 600_000;

/**
 * How long an answer may take where nobody says otherwise. A router needs three seconds to find out that a host is off,
 * and two tries have to fit as well (docs/notes/icmp-errors.md#when-they-come).
 */
export const usualTimeout = { ms: 4_500, written: "4.5s" } as const;

const pattern = /^(\d+(?:\.\d+)?)(ms|s|m)$/;

/** Reads `300ms`, `3s`, `1.5s` or `1m` as milliseconds; undefined for everything else, and beyond 1 ms to 10 min. */
export function readDuration(text: string): number | undefined {
  const [, count, unit] = pattern.exec(text) ?? [];
  const durationMs = Number(count) * perUnitMs[unit as keyof typeof perUnitMs];
  return durationMs >= 1 && durationMs <= longestMs ? durationMs : undefined;
}

/** What is wrong with a text that is no duration. */
export const noDuration = (text: string): string =>
  `"${text}" is not a duration between 1ms and 10m, such as 300ms, 3s or 1m`;
