import type { PublicRoute } from '@sunbeon/contracts';
import type { Tokens } from '@sunbeon/runtime';
import type { FastifyInstance } from 'fastify';
import type { GatewayConfig } from './config.ts';
import type { Hop } from './hop/hop.ts';
import type { Upstream } from './hop/upstream.ts';

/** What a route of the gateway may touch. */
export interface Room {
  app: FastifyInstance;
  config: GatewayConfig;
  tokens: Tokens;
  upstreams: Record<PublicRoute['service'], Upstream>;
  hops: { join: Hop; place: Hop; claim: Hop; purchase: Hop };
}
