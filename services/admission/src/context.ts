import type { OperatorCheck, RedisClient, ShopCheck, Tokens } from '@sunbeon/runtime';
import type { FastifyInstance } from 'fastify';
import type { AdmissionMetrics } from './metrics.ts';
import type { PassSigner } from './pass-signer.ts';
import type { UnreadableSales } from './unreadable.ts';

/** What a route of the admission service may touch. */
export interface RouteContext {
  app: FastifyInstance;
  redis: RedisClient;
  tokens: Tokens;
  metrics: AdmissionMetrics;
  unreadable: UnreadableSales;
  /** Has the ticker look at a sale now: it was created, opened or changed here. */
  wake: (saleId: string) => void;
  checkOperator: OperatorCheck;
  checkShop: ShopCheck;
  signer: PassSigner;
}
