/**
 * Seconds since 1970-01-01 UTC of an instant as the run record has it, `2026-11-20T20:00:00.000Z`; NaN for other text.
 * Counted by hand, because `Date` belongs to the clock. Years start in March here, so that the leap day comes last.
 */
export function epochSeconds(instant: string): number {
  const [, year, month, day, hour, minute, second] = (
    /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d(?:\.\d+)?)Z$/.exec(instant) ?? []
  ).map(Number) as [number, number?, number?, number?, number?, number?, number?];
  if (year === undefined || month === undefined || day === undefined) return Number.NaN;
  const marchYear = month > 2 ? year : year - 1;
  const marchMonth = (month + 9) % 12;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  const days = 365 * marchYear + leapDays + Math.floor((153 * marchMonth + 2) / 5) + day - daysBefore1970;
  return days * 86_400 + (hour ?? 0) * 3600 + (minute ?? 0) * 60 + (second ?? 0);
}

/** From 1 March of the year 0 to 31 December 1969, in the Gregorian calendar. */
const daysBefore1970 = 719_469;
