import type { Metrics } from '@sunbeon/runtime';

/** Metrics of the queue service. */
export const queueMetrics = (metrics: Metrics) => ({
  joined: metrics.counters('sunbeon_joins_total', 'outcome'),
  left: metrics.counters('sunbeon_leaves_total', 'from'),
  batched: {
    join: metrics.histogram('sunbeon_batch_items', { batch: 'join' }),
    place: metrics.histogram('sunbeon_batch_items', { batch: 'place' }),
  },
});
export type QueueMetrics = ReturnType<typeof queueMetrics>;
