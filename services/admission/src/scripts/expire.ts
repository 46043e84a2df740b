import { defineScript } from '@sunbeon/runtime';

export interface Expired {
  claimMissed: number;
  sessionOver: number;
}

/** Ends at most `cap` stays whose deadline has passed. */
export const expire = defineScript<number, Expired>({
  name: 'admission/expire',
  url: new URL('./expire.lua', import.meta.url),
  keys: [
    'active',
    'sessions',
    'ended',
    'flow',
    'events',
    'holds',
    'holdData',
    'stock',
    'sale',
    'passes',
    'stays',
    'tickets',
    'bought',
    'codeUses',
    'codeHolders',
    'replays',
  ],
  arguments: (cap) => [cap],
  decode: (reply) => {
    const [claimMissed, sessionOver] = reply as [number, number];
    return { claimMissed, sessionOver };
  },
});
