import { defineScript } from '../script.ts';

/** One more write of a sale. Bypasses the breaker: it belongs to calls that have passed it. */
export const advanceOffset = defineScript<null, 'advanced' | 'no_sale'>({
  name: 'runtime/advance-offset',
  url: new URL('./advance-offset.lua', import.meta.url),
  keys: ['flow'],
  arguments: () => [],
  decode: (reply) => reply as 'advanced' | 'no_sale',
  pastBreaker: true,
});
