import { defineScript } from '@sunbeon/runtime';
import { stepOf, type Stopped } from './drawing.ts';

/** `beacon`: verified, or null when none came in time. Lower-case hex. */
export interface BeaconInput {
  epoch: number;
  round: number;
  beacon: { randomness: string; signature: string } | null;
}

/** Writes how the beacon answered. */
export const settleBeacon = defineScript<BeaconInput, 'settled' | Stopped>({
  name: 'admission/settle-beacon',
  url: new URL('./settle-beacon.lua', import.meta.url),
  keys: ['sale', 'flow', 'events'],
  arguments: ({ epoch, round, beacon }) => [
    epoch,
    round,
    beacon ? 'verified' : 'unavailable',
    beacon?.randomness ?? '',
    beacon?.signature ?? '',
  ],
  decode: stepOf('admission/settle-beacon', 'settled'),
});
