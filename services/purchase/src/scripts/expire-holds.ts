import { defineScript } from '@sunbeon/runtime';

export interface SweptHolds {
  holds: number;
  /** Infinity: none can expire, as at a gate. */
  nextInMs: number;
}

/** Releases at most `cap` expired holds; returns their number, and the ms until the next can expire. */
export const expireHolds = defineScript<number, SweptHolds>({
  name: 'purchase/expire-holds',
  url: new URL('./expire-holds.lua', import.meta.url),
  keys: ['flow', 'sessions', 'stock', 'holds', 'holdData', 'events', 'sale'],
  arguments: (cap) => [cap],
  decode: (reply) => {
    const [holds, nextInMs] = reply as [number, number | null];
    return { holds, nextInMs: nextInMs ?? Infinity };
  },
});
