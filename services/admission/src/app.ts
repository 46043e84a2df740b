import { createHttp, createOperatorCheck, createTokens, type Service } from '@sunbeon/runtime';
import type { FastifyInstance } from 'fastify';
import { startInvariantMonitor } from './invariants/monitor.ts';
import type { AdmissionConfig } from './config.ts';
import { admissionMetrics } from './metrics.ts';
import { deleteSaleRoute } from './routes/delete-sale.ts';
import { getStats } from './routes/get-stats.ts';
import { getSales } from './routes/get-sales.ts';
import { getAuditLog } from './routes/get-audit-log.ts';
import { patchSale } from './routes/patch-sale.ts';
import { postClaim } from './routes/post-claim.ts';
import { postReport } from './routes/post-report.ts';
import { postSale } from './routes/post-sale.ts';
import { postSaleStatus } from './routes/post-sale-status.ts';
import { startTicker, type Ticker } from './tick/ticker.ts';
import { createUnreadable } from './unreadable.ts';

/** The admission service: sales, ticks, claims. The order of registration matters. */
export const buildApp = (service: Service, config: AdmissionConfig): FastifyInstance => {
  const app = createHttp(service.log, service.metrics);
  const metrics = admissionMetrics(service.metrics);
  const unreadable = createUnreadable(service.log, metrics.unreadable);
  let ticker: Ticker | undefined;
  const context = {
    app,
    metrics,
    unreadable,
    wake: (saleId: string): void => ticker?.wake(saleId),
    redis: service.redis,
    tokens: createTokens(config.TOKEN_SECRET, service.keyring),
    checkOperator: createOperatorCheck(config.ADMIN_TOKEN),
  };
  getSales(context);
  getAuditLog(context);
  getStats(context);
  postReport(context);
  postClaim(context);
  postSale(context);
  patchSale(context);
  postSaleStatus(context);
  deleteSaleRoute(context);
  app.addHook('onListen', async () => {
    const started = (ticker = startTicker(service, metrics));
    const watch = startInvariantMonitor(service, metrics, started, unreadable);
    service.onStop(() => started.stop());
    service.onStop(watch.stop);
  });
  return app;
};
