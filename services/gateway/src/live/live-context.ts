import type { RpcResponse } from '@sunbeon/contracts';
import type { Service, Tokens } from '@sunbeon/runtime';
import type { GatewayStats } from './stats/gateway-stats.ts';
import type { LiveMetrics } from './stats/live-metrics.ts';
import type { Refusals } from './stats/refusals.ts';
import type { StreamReader } from './stream/stream-reader.ts';

/** Dependencies of the live relay. */
export interface LiveContext {
  service: Service;
  /** Reads the streams of all sales. */
  streams: StreamReader;
  tokens: Tokens;
  /** Limit of open connections per address; 0 for none. */
  socketsPerAddress: number;
  metrics: LiveMetrics;
  refusals: Refusals;
  /** Connections and estimates by sale, for the operator's console. */
  gatewayStats: GatewayStats;
  /** Reads one visitor's place from the queue service, batched; never throws. */
  place: (saleId: string, token: string) => Promise<RpcResponse>;
}
