import type { MetricSpec } from './metrics.ts';

/** Metrics of the setting DURABILITY: part of the catalogue. */
export const durabilityMetricCatalogue = {
  sunbeon_replica_wait_duration_seconds: {
    type: 'histogram',
    unit: 'seconds',
    owner: 'every service',
    help: 'Time for the replicas of DURABILITY to confirm a group of answers. Observed by queue, admission and purchase',
    labels: {},
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
  },
  sunbeon_replica_waits_short_total: {
    type: 'counter',
    unit: 'calls',
    owner: 'every service',
    help: 'Groups of answers that became 503, because too few replicas confirmed them in time or the connection was lost',
    labels: {},
  },
} as const satisfies Record<string, MetricSpec>;
