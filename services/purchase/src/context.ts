import type { DurableCalls, OperatorCheck, RedisClient, ShopCheck, Tokens } from '@sunbeon/runtime';
import type { FastifyInstance } from 'fastify';
import type { PurchaseMetrics } from './metrics.ts';

/** Dependencies of the purchase service's routes. */
export interface RouteContext {
  app: FastifyInstance;
  redis: RedisClient;
  /** For answers that a fail-over must not lose. */
  durable: DurableCalls;
  tokens: Tokens;
  metrics: PurchaseMetrics;
  checkOperator: OperatorCheck;
  checkShop: ShopCheck;
}
