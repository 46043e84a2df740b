import type { CompleteRequest } from '@sunbeon/contracts';
import { actorText, defineScript, type Actor } from '@sunbeon/runtime';

export type CompleteOutcome =
  | { outcome: 'completed' | 'replayed'; completedAtMs: number }
  | { outcome: 'pass_not_found' | 'already_completed' | 'pass_ended' | 'hold_not_confirmed' };

export const complete = defineScript<{ passId: string; shop: string; by?: Actor } & CompleteRequest, CompleteOutcome>({
  name: 'admission/complete',
  url: new URL('./complete.lua', import.meta.url),
  keys: [
    'sale',
    'flow',
    'active',
    'sessions',
    'ended',
    'events',
    'passes',
    'stays',
    'tickets',
    'holds',
    'holdData',
    'stock',
    'auditLog',
    'bought',
    'codeUses',
    'codeHolders',
  ],
  arguments: ({ passId, outcome, reference, quantity, shop, by }) => [
    passId,
    outcome,
    reference ?? '',
    quantity ?? '',
    shop,
    actorText(by),
  ],
  decode: (reply) => {
    const [outcome, completedAtMs] = reply as [CompleteOutcome['outcome'], number];
    return outcome === 'completed' || outcome === 'replayed' ? { outcome, completedAtMs } : { outcome };
  },
});
