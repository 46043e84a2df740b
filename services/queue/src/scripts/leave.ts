import { defineScript } from '@sunbeon/runtime';

export type LeaveOutcome =
  { outcome: 'left'; from: 'queue' | 'active' } | { outcome: 'already_left' | 'absent' | 'pass_is_live' | 'confirm_by_shop' | 'no_sale' };

/** One visitor gives up the place or slot. `seq`: the number in the token. */
export const leave = defineScript<{ visitor: string; seq?: number }, LeaveOutcome>({
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
  ],
  arguments: ({ visitor, seq = 0 }) => [visitor, seq],
  decode: (reply) => {
    const [outcome, from] = reply as [LeaveOutcome['outcome'], 'queue' | 'active'];
    return outcome === 'left' ? { outcome, from } : { outcome };
  },
});
