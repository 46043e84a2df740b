import { defineScript } from '@sunbeon/runtime';

export type LeaveOutcome =
  | { outcome: 'left'; from: 'lobby' | 'queue' | 'active' }
  | { outcome: 'already_left' | 'absent' | 'pass_is_live' | 'confirm_by_shop' | 'no_sale' };

/** One visitor gives up the place or slot. `seq`, `generation`: those of the token; without a generation any counts. */
export const leave = defineScript<{ visitor: string; seq?: number; generation?: number }, LeaveOutcome>({
  name: 'queue/leave',
  url: new URL('./leave.lua', import.meta.url),
  keys: [
    'queue',
    'active',
    'flow',
    'departed',
    'sessions',
    'ended',
    'events',
    'holds',
    'holdData',
    'stock',
    'sale',
    'passes',
    'stays',
    'tickets',
    'lobby',
    'bought',
    'codeUses',
    'codeHolders',
  ],
  arguments: ({ visitor, seq = 0, generation }) => [visitor, seq, generation ?? ''],
  decode: (reply) => {
    const [outcome, from] = reply as [LeaveOutcome['outcome'], 'lobby' | 'queue' | 'active'];
    return outcome === 'left' ? { outcome, from } : { outcome };
  },
});
