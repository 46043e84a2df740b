/** A small generator (mulberry32): the same seed draws the same faults in the same order. */
export interface Random {
  next: () => number;
  between: (low: number, high: number) => number;
  of: <T>(list: readonly T[]) => T;
}

export const createRandom = (seed: number): Random => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    between: (low, high) => low + next() * (high - low),
    of: (list) => list[Math.floor(next() * list.length)]!,
  };
};
