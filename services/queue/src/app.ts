import {
  createDurable,
  createHttp,
  createMemberSettings,
  createProofs,
  createRedisClock,
  createTokens,
  type Service,
} from '@sunbeon/runtime';
import type { FastifyInstance } from 'fastify';
import { jwksHostsOf, type QueueConfig } from './config.ts';
import { createKeyFetch } from './entrance/fetch-keys.ts';
import { memberChecks } from './entrance/members.ts';
import { proofChecks } from './entrance/proofs.ts';
import { createShopKeys } from './entrance/shop-keys.ts';
import { queueMetrics } from './metrics.ts';
import { deletePlace } from './routes/delete-place.ts';
import { getPlace } from './routes/get-place.ts';
import { postQueue } from './routes/post-queue.ts';
import { transfers } from './routes/transfers.ts';

/** The queue service: the line. The order of registration matters. */
export const buildApp = (service: Service, config: QueueConfig): FastifyInstance => {
  const app = createHttp(service.log, service.metrics);
  const clock = createRedisClock(service.redis);
  app.addHook('onListen', async () => service.onStop(clock.start().stop));
  const members = memberChecks({
    settings: createMemberSettings(service.redis),
    shopKeys: createShopKeys(createKeyFetch(jwksHostsOf(config)), service.log),
    secret: config.MEMBER_SECRET,
    now: clock.now,
  });
  const context = {
    app,
    redis: service.redis,
    durable: createDurable(app, service, config),
    tokens: createTokens(config.TOKEN_SECRET, service.keyring),
    metrics: queueMetrics(service.metrics),
    entrance: { ...proofChecks(createProofs(config.TOKEN_SECRET, service.keyring)), ...members },
  };
  postQueue(context);
  getPlace(context);
  deletePlace(context);
  transfers(context);
  return app;
};
