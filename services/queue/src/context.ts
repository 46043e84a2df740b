import type { DurableCalls, RedisClient, Tokens } from '@sunbeon/runtime';
import type { FastifyInstance } from 'fastify';
import type { EntranceChecks } from './entrance/entrance.ts';
import type { QueueMetrics } from './metrics.ts';

/** Dependencies of the queue service's routes. */
export interface RouteContext {
  app: FastifyInstance;
  redis: RedisClient;
  /** For answers that a fail-over must not lose. */
  durable: DurableCalls;
  tokens: Tokens;
  metrics: QueueMetrics;
  entrance: EntranceChecks;
}
