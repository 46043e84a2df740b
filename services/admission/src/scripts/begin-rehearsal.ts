import { defineScript } from '@sunbeon/runtime';

export type BeginOutcome = 'begun' | 'too_many' | 'without_id';

/** A script of its own: the index of current sales is in another slot than a sale. */
export const beginRehearsal = defineScript<string, BeginOutcome>({
  name: 'admission/begin-rehearsal',
  url: new URL('./begin-rehearsal.lua', import.meta.url),
  keys: ['currentSales'],
  arguments: (rehearsalId) => [rehearsalId],
  decode: (reply) => reply as BeginOutcome,
});
