/** Numbers that a seed decides, so that every case can be had again. */
export interface Random {
  /** A whole number from 0 to `below` - 1. */
  int: (below: number) => number;
  pick: <Value>(values: readonly Value[]) => Value;
  /** True in `share` of the cases, 0 to 1. */
  chance: (share: number) => boolean;
  bytes: (length: number) => Buffer;
}

/** Mulberry32 (Tommy Ettinger, public domain): 32 bits of state, which is plenty for choosing among a few things. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const int = (below: number): number => next() % below;
  return {
    int,
    pick: <Value>(values: readonly Value[]): Value => values[int(values.length)] as Value,
    chance: (share) => next() < share * 0x1_0000_0000,
    bytes: (length) => Buffer.from(Array.from({ length }, () => int(256))),
  };
}

/** The seed of a kind's nth trial: that of the campaign for the first one, so that `--seed` repeats it. */
export const seedOfTrial = (seed: number, nth: number): number => (seed + Math.imul(nth, 0x9e3779b9)) >>> 0;
