import { createHttp, createProofs, createTokens, type Service } from '@sunbeon/runtime';
import type { FastifyInstance } from 'fastify';
import type { QueueConfig } from './config.ts';
import { memberChecks } from './entrance/members.ts';
import { proofChecks } from './entrance/proofs.ts';
import { queueMetrics } from './metrics.ts';
import { deletePlace } from './routes/delete-place.ts';
import { getPlace } from './routes/get-place.ts';
import { postQueue } from './routes/post-queue.ts';
import { transfers } from './routes/transfers.ts';

/** The queue service: the line. The order of registration matters. */
export const buildApp = (service: Service, config: QueueConfig): FastifyInstance => {
  const app = createHttp(service.log, service.metrics);
  const context = {
    app,
    redis: service.redis,
    tokens: createTokens(config.TOKEN_SECRET, service.keyring),
    metrics: queueMetrics(service.metrics),
    entrance: { ...proofChecks(createProofs(config.TOKEN_SECRET, service.keyring)), ...memberChecks() },
  };
  postQueue(context);
  getPlace(context);
  deletePlace(context);
  transfers(context);
  return app;
};
