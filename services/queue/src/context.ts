import type { RedisClient, Tokens } from '@sunbeon/runtime';
import type { FastifyInstance } from 'fastify';
import type { QueueMetrics } from './metrics.ts';

/** What a route of the queue service may touch. */
export interface RouteContext {
  app: FastifyInstance;
  redis: RedisClient;
  tokens: Tokens;
  metrics: QueueMetrics;
}
