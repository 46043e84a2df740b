import { defineScript } from '@sunbeon/runtime';

/** Gives at most `cap` overdue holds back; returns how many. */
export const expireHolds = defineScript<number, number>({
  name: 'purchase/expire-holds',
  url: new URL('./expire-holds.lua', import.meta.url),
  keys: ['flow', 'sessions', 'stock', 'holds', 'holdData', 'events', 'sale'],
  arguments: (cap) => [cap],
  decode: (reply) => reply as number,
});
