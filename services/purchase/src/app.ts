import {
  createDurable,
  createHttp,
  createOperatorCheck,
  createOperatorSessions,
  createShopCheck,
  createTokens,
  createWrongTokens,
  keepAuditLogs,
  parseOperators,
  type Service,
} from '@sunbeon/runtime';
import type { FastifyInstance } from 'fastify';
import type { PurchaseConfig } from './config.ts';
import { purchaseMetrics } from './metrics.ts';
import { deleteHold } from './routes/delete-hold.ts';
import { getHolds } from './routes/get-holds.ts';
import { getPurchases } from './routes/get-purchases.ts';
import { orders } from './routes/orders.ts';
import { postConfirm } from './routes/post-confirm.ts';
import { postHold } from './routes/post-hold.ts';
import { postPurchase } from './routes/post-purchase.ts';
import { postStock } from './routes/post-stock.ts';
import { startSweeper } from './sweep/sweeper.ts';

/** The purchase service: purchases, holds, stock. The order of registration matters. */
export const buildApp = (service: Service, config: PurchaseConfig): FastifyInstance => {
  const app = createHttp(service.log, service.metrics);
  const metrics = purchaseMetrics(service.metrics);
  keepAuditLogs({ entries: config.AUDIT_LOG_ENTRIES, days: config.AUDIT_LOG_DAYS });
  const operators = parseOperators(config);
  const context = {
    app,
    metrics,
    redis: service.redis,
    durable: createDurable(app, service, config),
    tokens: createTokens(config.TOKEN_SECRET, service.keyring),
    checkOperator: createOperatorCheck(operators, {
      sessions: createOperatorSessions(service.redis, operators),
      refuse: createWrongTokens(service, config.WRONG_TOKENS_PER_MINUTE),
    }),
    checkShop: createShopCheck(config.SHOP_KEYS),
  };
  postPurchase(context);
  getPurchases(context);
  getHolds(context);
  postHold(context);
  postConfirm(context);
  deleteHold(context);
  postStock(context);
  orders(context);
  app.addHook('onListen', async () => {
    const sweeper = startSweeper(service, metrics);
    service.onStop(() => sweeper.stop());
  });
  return app;
};
