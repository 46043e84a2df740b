import { defineScript } from '@sunbeon/runtime';

export interface HoldInput { visitor: string; quantity: number; key: string; fingerprint: string; holdId: string }

/** A raw row for `decodeOutcome`; null when there is no such sale. */
export const hold = defineScript<HoldInput, unknown[] | null>({
  name: 'purchase/hold',
  url: new URL('./hold.lua', import.meta.url),
  keys: ['sale', 'flow', 'active', 'sessions', 'stock', 'bought', 'idempotency', 'holds', 'holdData', 'events'],
  arguments: ({ visitor, quantity, key, fingerprint, holdId }) => [visitor, quantity, key, fingerprint, holdId],
  decode: (reply) => ((reply as unknown[]).length === 0 ? null : (reply as unknown[])),
});
