import { attention, type LabelsOf } from '@sunbeon/contracts';
import type { Metrics } from '@sunbeon/runtime';

type Limit = LabelsOf<'sunbeon_refused_total'>['limit'];

/** Parts of the window; the oldest one is dropped as a whole, so that the count is of the last 50 to 60 s. */
const buckets = 6;
const bucketMs = (attention.gateways_refusing.windowSeconds * 1_000) / buckets;

/** Refusals by the limits of this gateway: one counter for each, and how many there were within the last minute. `now`: ms, monotonic. */
export const createRefusals = (metrics: Metrics, now: () => number = () => performance.now()) => {
  const counters = metrics.counters('sunbeon_refused_total', 'limit');
  const recent = Array.from({ length: buckets }, () => ({ bucket: -1, count: 0 }));
  const bucketOf = (): number => Math.floor(now() / bucketMs);
  const add = (): void => {
    const bucket = bucketOf();
    const at = bucket % buckets;
    recent[at] = { bucket, count: (recent[at]!.bucket === bucket ? recent[at]!.count : 0) + 1 };
  };
  return {
    refuse: (limit: Limit): void => {
      counters[limit]();
      add();
    },
    lastMinute: (): number => {
      const oldest = bucketOf() - buckets;
      return recent.reduce((sum, { bucket, count }) => (bucket > oldest ? sum + count : sum), 0);
    },
  };
};
export type Refusals = ReturnType<typeof createRefusals>;
