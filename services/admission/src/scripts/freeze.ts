import { defineScript } from '@sunbeon/runtime';
import { stepOf, type Stopped } from './drawing.ts';

/** The beacon of a draw. `genesis`, `period`: seconds. */
export interface FreezeInput {
  epoch: number;
  count: number;
  root: string;
  beacon: { network: string; chain: string; genesis: number; period: number } | null;
}

/** Publishes the roster. */
export const freeze = defineScript<FreezeInput, 'frozen' | Stopped>({
  name: 'admission/freeze',
  url: new URL('./freeze.lua', import.meta.url),
  keys: ['sale', 'flow', 'events', 'lobby'],
  arguments: ({ epoch, count, root, beacon }) => [
    epoch,
    count,
    root,
    ...(beacon ? [beacon.network, beacon.chain, beacon.genesis, beacon.period] : ['', '', '', '']),
  ],
  decode: stepOf('admission/freeze', 'frozen'),
});
