import { hopPaths, type HopCall } from '@sunbeon/contracts';
import type { Metrics } from '@sunbeon/runtime';

/** What the gateway's HTTP side reports, each behind a verb; the relay has its own in `live/live-metrics.ts`. */
export const gatewayMetrics = (metrics: Metrics) => {
  const calls = Object.fromEntries((Object.keys(hopPaths) as HopCall[]).map((call) => [call, {
    seconds: metrics.histogram('sunbeon_hop_duration_seconds', { call }),
    items: metrics.histogram('sunbeon_hop_items', { call }),
  }])) as Record<HopCall, { seconds: (value: number) => void; items: (value: number) => void }>;
  return {
    hopped: (call: HopCall, items: number, seconds: number): void => {
      calls[call].seconds(seconds);
      calls[call].items(items);
    },
    failed: metrics.counters('sunbeon_hop_errors_total', 'call'),
    refused: metrics.counter('sunbeon_refused_total', { limit: 'hop' }),
  };
};
export type GatewayMetrics = ReturnType<typeof gatewayMetrics>;
