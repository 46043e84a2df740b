import type { RpcResponse, ServiceName } from '@sunbeon/contracts';
import type { Tokens } from '@sunbeon/runtime';
import type { FastifyInstance } from 'fastify';
import type { GatewayConfig } from './config.ts';
import type { Challenges } from './challenges.ts';
import type { Rpc } from './rpc/rpc.ts';
import type { Upstream } from './rpc/upstream.ts';
import type { Rehearsals } from './rehearsals/rehearsals.ts';
import type { HotAnswers } from './routes/hot-answers.ts';
import type { KnownSales } from './routes/known-sales.ts';
import type { SharedReads } from './routes/shared-reads.ts';

/** Dependencies of the gateway's routes. */
export interface RouteContext {
  app: FastifyInstance;
  config: GatewayConfig;
  tokens: Tokens;
  upstreams: Record<ServiceName, Upstream>;
  sharedReads: SharedReads;
  hotAnswers: HotAnswers;
  knownSales: KnownSales;
  rehearsals: Rehearsals;
  challenges: Challenges;
  /** Processes behind the port of this one. */
  processes: number;
  /** The address of the login in the problem of a join that lacks a good member token. */
  addLogin: (answer: RpcResponse, saleId: string) => Promise<RpcResponse>;
  rpcs: { join: Rpc; place: Rpc; claim: Rpc; purchase: Rpc };
}
