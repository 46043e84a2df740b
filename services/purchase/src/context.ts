import type { OperatorCheck, RedisClient, ShopCheck, Tokens } from '@sunbeon/runtime';
import type { FastifyInstance } from 'fastify';
import type { PurchaseMetrics } from './metrics.ts';

/** What a route of the purchase service may touch. */
export interface RouteContext {
  app: FastifyInstance;
  redis: RedisClient;
  tokens: Tokens;
  metrics: PurchaseMetrics;
  checkOperator: OperatorCheck;
  checkShop: ShopCheck;
}
