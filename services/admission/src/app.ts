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
import { startInvariantMonitor } from './invariants/monitor.ts';
import type { AdmissionConfig } from './config.ts';
import { parseDrandChain, parseDrandUrls } from './draw/drand-settings.ts';
import { createBeaconClient } from './draw/drand.ts';
import { admissionMetrics } from './metrics.ts';
import { codes } from './routes/codes.ts';
import { deleteSaleRoute } from './routes/delete-sale.ts';
import { getReceipt } from './routes/get-receipt.ts';
import { getReport } from './routes/get-report.ts';
import { getStats } from './routes/get-stats.ts';
import { getSales } from './routes/get-sales.ts';
import { getAuditLog } from './routes/get-audit-log.ts';
import { session } from './routes/session.ts';
import { patchSale } from './routes/patch-sale.ts';
import { passes } from './routes/passes.ts';
import { planned } from './routes/planned.ts';
import { postTicket } from './routes/post-ticket.ts';
import { createPassSigner } from './pass-signer.ts';
import { postClaim } from './routes/post-claim.ts';
import { postReport } from './routes/post-report.ts';
import { postRehearsal } from './routes/post-rehearsal.ts';
import { postSale } from './routes/post-sale.ts';
import { postSaleStatus } from './routes/post-sale-status.ts';
import { pruneSessions } from './scripts/prune-sessions.ts';
import { startTicker, type Ticker } from './tick/ticker.ts';
import { createUnreadable } from './unreadable.ts';

/** The admission service: sales, the tick, claims. Order of registration is behaviour. */
export const buildApp = async (service: Service, config: AdmissionConfig): Promise<FastifyInstance> => {
  const app = createHttp(service.log, service.metrics);
  const metrics = admissionMetrics(service.metrics);
  const unreadable = createUnreadable(service.log, metrics.unreadable);
  const beacon = createBeaconClient(parseDrandUrls(config.DRAND_URLS), parseDrandChain(config.DRAND_CHAIN), service.log);
  keepAuditLogs({ entries: config.AUDIT_LOG_ENTRIES, days: config.AUDIT_LOG_DAYS });
  const operators = parseOperators(config);
  const refuse = createWrongTokens(service, config.WRONG_TOKENS_PER_MINUTE);
  let ticker: Ticker | undefined;
  const context = {
    app,
    metrics,
    unreadable,
    wake: (saleId: string): void => ticker?.wake(saleId),
    redis: service.redis,
    durable: createDurable(app, service, config),
    tokens: createTokens(config.TOKEN_SECRET, service.keyring),
    checkOperator: createOperatorCheck(operators, { sessions: createOperatorSessions(service.redis, operators), refuse }),
    checkShop: createShopCheck(config.SHOP_KEYS),
    signer: await createPassSigner(config.PASS_KEYS, config.PUBLIC_URL),
  };
  session(context, operators, refuse);
  getSales(context);
  getAuditLog(context);
  getStats(context);
  getReport(context);
  postReport(context);
  postClaim(context);
  getReceipt(context);
  postTicket(context);
  passes(context);
  postSale(context);
  postRehearsal(context);
  patchSale(context);
  postSaleStatus(context);
  deleteSaleRoute(context);
  codes(context);
  planned(context);
  // A session that is over for these settings stays so, also when the operator comes back. Before that it is refused all the same.
  const prune = (): void =>
    void pruneSessions
      .run(service.redis, '', { fingerprints: operators.fingerprints })
      .catch((error: unknown) => service.log.write('sessions_not_pruned', { err: error }));
  service.redis.on('ready', prune);
  app.addHook('onListen', async () => {
    if (service.redis.status === 'ready') prune();
    const started = (ticker = startTicker(service, metrics, beacon));
    const watch = startInvariantMonitor(service, metrics, started, unreadable);
    service.onStop(() => started.stop());
    service.onStop(watch.stop);
  });
  return app;
};
