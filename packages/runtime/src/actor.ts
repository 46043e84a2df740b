import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { bearerOf } from './tokens.ts';

/** Author of an operator's action, for the audit log. */
export interface Actor {
  /** Prefix of the token's hash: distinguishes operators without revealing the token. */
  operator: string;
  address: string;
}

/** Written by the gateway from the connection; recorded in the log, never used for a decision. */
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

/** Form in the audit log; without an actor, Sunbeon itself acted. */
export const actorText = (actor: Actor = { operator: 'sunbeon', address: '' }): string => JSON.stringify(actor);
