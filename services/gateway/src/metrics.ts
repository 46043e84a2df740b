import type { HopCall } from '@sunbeon/contracts';
import type { Metrics } from '@sunbeon/runtime';

/** What the gateway's HTTP side reports, each behind a verb; the relay has its own in `live/live-metrics.ts`. */
export const gatewayMetrics = (metrics: Metrics) => ({
  hopped: (call: HopCall, items: number, seconds: number): void => {
    metrics.observe('sunbeon_hop_duration_seconds', seconds, { call });
    metrics.observe('sunbeon_batch_items', items, { batch: `hop_${call}` });
  },
});
export type GatewayMetrics = ReturnType<typeof gatewayMetrics>;
