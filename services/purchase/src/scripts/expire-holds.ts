import { defineScript } from '@sunbeon/runtime';

export interface SweptHolds {
  holds: number;
  nextInMs: number;
}

/** Gives at most `cap` overdue holds back; says how many, and when the next can be over. */
export const expireHolds = defineScript<number, SweptHolds>({
  name: 'purchase/expire-holds',
  url: new URL('./expire-holds.lua', import.meta.url),
  keys: ['flow', 'sessions', 'stock', 'holds', 'holdData', 'events', 'sale'],
  arguments: (cap) => [cap],
  decode: (reply) => {
    const [holds, nextInMs] = reply as [number, number];
    return { holds, nextInMs };
  },
});
