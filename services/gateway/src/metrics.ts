import { rpcPaths, type RpcMethod } from '@sunbeon/contracts';
import type { Metrics } from '@sunbeon/runtime';

/** Metrics of the gateway's HTTP side; those of the relay are in `live/live-metrics.ts`. */
export const gatewayMetrics = (metrics: Metrics) => {
  const calls = Object.fromEntries(
    (Object.keys(rpcPaths) as RpcMethod[]).map((call) => [
      call,
      {
        seconds: metrics.histogram('sunbeon_rpc_duration_seconds', { call }),
        items: metrics.histogram('sunbeon_rpc_items', { call }),
      },
    ]),
  ) as Record<RpcMethod, { seconds: (value: number) => void; items: (value: number) => void }>;
  return {
    called: (call: RpcMethod, items: number, seconds: number): void => {
      calls[call].seconds(seconds);
      calls[call].items(items);
    },
    failed: metrics.counters('sunbeon_rpc_errors_total', 'call'),
    guarded: metrics.counters('sunbeon_guard_answers_total', 'answer'),
    challenged: metrics.counters('sunbeon_challenges_total', 'by'),
    logins: metrics.counters('sunbeon_logins_total', 'outcome'),
  };
};
export type GatewayMetrics = ReturnType<typeof gatewayMetrics>;
