import { defineScript } from '@sunbeon/runtime';
import type { StoredForecast } from '../forecast/stored.ts';

/** `skipped`: no such sale, or a row of this millisecond exists. */
export type SampleOutcome = { outcome: 'sampled'; atMs: number } | { outcome: 'skipped' };

/** Appends one row of stats, and stores the forecast; null keeps the last one. */
export const sample = defineScript<StoredForecast | null, SampleOutcome>({
  name: 'admission/sample',
  url: new URL('./sample.lua', import.meta.url),
  keys: ['sale', 'flow', 'queue', 'active', 'stock', 'browsers', 'samples', 'minutes'],
  arguments: (stored) => [stored?.forecast ?? '', stored?.chances ?? ''],
  decode: (reply) => (reply === 0 ? { outcome: 'skipped' } : { outcome: 'sampled', atMs: Number(reply) }),
});
