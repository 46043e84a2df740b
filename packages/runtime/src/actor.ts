import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { bearerOf } from './tokens.ts';

/** Who did what an operator may do, for the audit log. */
export interface Actor {
  /** The first characters of the token's hash: tells operators apart, and tells nobody the token. */
  operator: string;
  address: string;
}

/** Written by the gateway from what it knows of the connection; only ever written down, never believed. */
export const addressHeader = 'x-sunbeon-address';

export const actorOf = ({ headers, ip }: FastifyRequest): Actor => {
  const address = headers[addressHeader];
  return {
    operator: createHash('sha256')
      .update(bearerOf(headers.authorization) ?? '')
      .digest('hex')
      .slice(0, 8),
    address: typeof address === 'string' ? address.slice(0, 64) : ip,
  };
};

/** As the scripts write it down; without an actor, Sunbeon itself did it. */
export const actorText = (actor: Actor = { operator: 'sunbeon', address: '' }): string => JSON.stringify(actor);
