/** What came in about a place that nobody here sent from. */
interface Strays {
  count: number;
  sinceMs: number;
}

/**
 * Errors about our own packets are about ports we sent from, or a moment ago did. So many about ports we never used mean
 * that somebody tries them out.
 */
const mostStrays = 4;
const forgottenAfterMs = 10_000;

const strays = new Map<string, Strays>();

/** Notes an error about a place under way that fits nothing we sent there. `place` names transport, address and port. */
export function noteStrayError(place: string, nowMs: number): void {
  const known = strays.get(place);
  if (known === undefined || nowMs - known.sinceMs > forgottenAfterMs) strays.set(place, { count: 1, sinceMs: nowMs });
  else known.count += 1;
}

/** True if errors about a place have to be doubted, because so many were about nothing we sent. */
export function isSwept(place: string, nowMs: number): boolean {
  const known = strays.get(place);
  return known !== undefined && known.count >= mostStrays && nowMs - known.sinceMs <= forgottenAfterMs;
}

/** To be called when nobody listens any more. */
export const forgetSweeps = (): void => strays.clear();
