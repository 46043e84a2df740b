import type { DurableCalls, OperatorCheck, RedisClient, ShopCheck, Tokens } from '@sunbeon/runtime';
import type { FastifyInstance } from 'fastify';
import type { AdmissionMetrics } from './metrics.ts';
import type { PassSigner } from './pass-signer.ts';
import type { UnreadableSales } from './unreadable.ts';

/** Dependencies of the admission service's routes. */
export interface RouteContext {
  app: FastifyInstance;
  redis: RedisClient;
  /** For answers that a fail-over must not lose. */
  durable: DurableCalls;
  tokens: Tokens;
  metrics: AdmissionMetrics;
  unreadable: UnreadableSales;
  /** Ticks a sale at once, after its creation, opening or change here. */
  wake: (saleId: string) => void;
  checkOperator: OperatorCheck;
  checkShop: ShopCheck;
  signer: PassSigner;
}
