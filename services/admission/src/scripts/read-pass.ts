import { defineScript } from '@sunbeon/runtime';
import { holdFrom, type StoredHold } from './stored-hold.ts';

export type PassReading =
  { outcome: 'active' | 'completed' | 'expired'; visitorId: string; exp: number; hold: StoredHold | null } | { outcome: 'pass_not_found' };

export const readPass = defineScript<string, PassReading>({
  name: 'admission/read-pass',
  url: new URL('./read-pass.lua', import.meta.url),
  keys: ['active', 'sessions', 'passes', 'stays', 'holds', 'holdData'],
  arguments: (passId) => [passId],
  decode: (reply) => {
    const [outcome, visitorId, exp, hold] = reply as [PassReading['outcome'], string, number, string];
    return outcome === 'pass_not_found' ? { outcome } : { outcome, visitorId, exp, hold: holdFrom(hold) };
  },
});
