/** A probe that was silent at its deadline and may still be told of an error. */
export interface Lingerer {
  /** Ends it with what it has. */
  endLinger(): void;
}

/** Each holds a place among the probes of the run; then the oldest ends. */
const mostLingerers = 256;

/** Probes before their deadline. */
let active = 0;
const lingerers = new Set<Lingerer>();
let isPlanned = false;

/** To be called when a probe begins. */
export function enterFlight(): void {
  active += 1;
}

/** To be called when a probe ends, or has nothing left to do but to linger. */
export function leaveFlight(): void {
  active -= 1;
  if (active > 0 || lingerers.size === 0 || isPlanned) return;
  isPlanned = true;
  setImmediate(endAll); // the end of one may begin the next
}

/**
 * Has a silent probe wait as long as others are under way, so it costs no time of the run. False if none is: then there is
 * nothing to wait for.
 */
export function linger(one: Lingerer): boolean {
  if (active === 0) return false;
  const [oldest] = lingerers;
  if (lingerers.size >= mostLingerers) oldest?.endLinger();
  lingerers.add(one);
  return true;
}

/** To be called when it has ended. */
export const forgetLingerer = (one: Lingerer): unknown => lingerers.delete(one);

function endAll(): void {
  isPlanned = false;
  if (active > 0) return;
  for (const one of lingerers) one.endLinger();
}
