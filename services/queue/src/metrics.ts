import type { Metrics } from '@sunbeon/runtime';

/** What the queue service reports, each behind a verb. */
export const queueMetrics = (metrics: Metrics) => ({
  joined: (outcome: string) => metrics.count('sunbeon_joins_total', { outcome }),
  left: (from: string) => metrics.count('sunbeon_leaves_total', { from }),
  batched: (batch: 'join' | 'place') => (items: number) => metrics.observe('sunbeon_batch_items', items, { batch }),
});
export type QueueMetrics = ReturnType<typeof queueMetrics>;
