/** Answers that one source gets in a second, and how many at once after a pause. */
const perSecond = 200;
const burst = 400;
/** Sources that are remembered; the one whose last packet is oldest is forgotten first. */
const mostSources = 4_096;
/** Requests that are remembered, so that none is answered twice. */
const mostNonces = 65_536;

/** True as long as a source asks no more often than it may. */
export function limitRate(nowMs: () => number): (source: string) => boolean {
  const sources = new Map<string, { left: number; atMs: number }>();
  return (source) => {
    const known = sources.get(source);
    const atMs = nowMs();
    const left = Math.min(burst, (known?.left ?? burst) + ((atMs - (known?.atMs ?? atMs)) / 1_000) * perSecond);
    sources.delete(source);
    sources.set(source, { left: left < 1 ? left : left - 1, atMs });
    if (sources.size > mostSources) sources.delete(first(sources.keys()) ?? "");
    return left >= 1;
  };
}

/** True for a request that has not been there before. Only those that proved themselves are counted. */
export function rememberNonces(): (nonce: string) => boolean {
  const seen = new Set<string>();
  return (nonce) => {
    if (seen.has(nonce)) return false;
    seen.add(nonce);
    if (seen.size > mostNonces) seen.delete(first(seen) ?? "");
    return true;
  };
}

function first(some: Iterable<string>): string | undefined {
  for (const one of some) return one;
  return undefined;
}
