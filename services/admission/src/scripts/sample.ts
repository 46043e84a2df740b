import { defineScript } from '@sunbeon/runtime';

/** `skipped`: no such sale, or a row of this millisecond exists. */
export type SampleOutcome = { outcome: 'sampled'; atMs: number } | { outcome: 'skipped' };

/** Appends one row of stats. */
export const sample = defineScript<null, SampleOutcome>({
  name: 'admission/sample',
  url: new URL('./sample.lua', import.meta.url),
  keys: ['sale', 'flow', 'queue', 'active', 'stock', 'browsers', 'samples', 'minutes'],
  arguments: () => [],
  decode: (reply) => (reply === 0 ? { outcome: 'skipped' } : { outcome: 'sampled', atMs: Number(reply) }),
});
