import { defineScript } from '@sunbeon/runtime';

export type Leadership =
  | { role: 'leader'; epoch: number }
  | { role: 'follower'; leaseLeftMs: number }
  | { role: 'scheduled'; opensInMs: number | null }
  | { role: 'idle' | 'no_sale' }
  | { role: 'over' };

/** Takes or renews the lease of a sale for `instance`. `over`: a rehearsal that is to be deleted. */
export const lead = defineScript<string, Leadership>({
  name: 'admission/lead',
  url: new URL('./lead.lua', import.meta.url),
  keys: ['leader', 'flow', 'sale', 'active', 'holds'],
  arguments: (instance) => [instance],
  decode: (reply) => {
    const [role, figure] = reply as [Leadership['role'], number];
    if (role === 'leader') return { role, epoch: figure };
    if (role === 'scheduled') return { role, opensInMs: figure < 0 ? null : figure };
    if (role === 'follower') return { role, leaseLeftMs: Math.max(0, figure) };
    return { role };
  },
});
