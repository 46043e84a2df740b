import type { RpcResponse } from '@sunbeon/contracts';
import type { Service, Tokens } from '@sunbeon/runtime';
import type { LiveMetrics } from './stats/live-metrics.ts';
import type { StreamReader } from './stream/stream-reader.ts';
import type { GatewayStats } from './stats/gateway-stats.ts';

/** What the live relay may touch. */
export interface LiveContext {
  service: Service;
  /** Reads the streams of all sales. */
  streams: StreamReader;
  tokens: Tokens;
  /** Open connections of one address; 0 for any number. */
  socketsPerAddress: number;
  metrics: LiveMetrics;
  /** What the operator's console shows of the browsers, by sale. */
  gatewayStats: GatewayStats;
  /** Asks the queue service for one visitor's place, batched; never throws. */
  place: (saleId: string, token: string) => Promise<RpcResponse>;
}
