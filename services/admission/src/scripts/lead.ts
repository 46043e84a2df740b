import { defineScript } from '@sunbeon/runtime';

export type Leadership =
  | { role: 'leader'; epoch: number; isPlannedDue: boolean }
  | { role: 'follower'; leaseLeftMs: number }
  | { role: 'scheduled'; nextInMs: number | null }
  | { role: 'idle' | 'no_sale' }
  | { role: 'over' };

/** Takes or renews the lease of a sale for `instance`. `over`: a rehearsal that is to be deleted. */
export const lead = defineScript<string, Leadership>({
  name: 'admission/lead',
  url: new URL('./lead.lua', import.meta.url),
  keys: ['leader', 'flow', 'sale', 'active', 'holds', 'planned', 'replays'],
  arguments: (instance) => [instance],
  decode: (reply) => {
    const [role, figure, due] = reply as [Leadership['role'], number, number];
    if (role === 'leader') return { role, epoch: figure, isPlannedDue: due === 1 };
    if (role === 'scheduled') return { role, nextInMs: figure < 0 ? null : figure };
    if (role === 'follower') return { role, leaseLeftMs: Math.max(0, figure) };
    return { role };
  },
});
