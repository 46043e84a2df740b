import type { FastifyRequest } from 'fastify';
import type { Credentials } from './operators.ts';

/** Author of an operator's action, for the audit log. */
export interface Actor {
  /** Name of the operator. */
  operator: string;
  address: string;
}

/** Written by the gateway from the connection; recorded in the log, never used for a decision. */
export const addressHeader = 'x-sunbeon-address';
/** The same for what limits per address count by. */
export const addressKeyHeader = 'x-sunbeon-address-key';
/** Ids of sessions from the cookie of a call, separated by spaces. */
export const sessionHeader = 'x-sunbeon-session';

/** Characters of an address that are kept. */
const addressCharacters = 64;
/** Sessions of one call that are looked at: a browser has one. */
const sessionsOfCall = 4;

const textOf = (value: string | string[] | undefined, otherwise: string): string =>
  typeof value === 'string' ? value.slice(0, addressCharacters) : otherwise;

/** What a call shows of its caller, as the gateway passed it on. */
export const credentialsOf = ({ headers, ip }: FastifyRequest): Credentials => {
  const address = textOf(headers[addressHeader], ip);
  const sessions = headers[sessionHeader];
  return {
    authorization: headers.authorization,
    sessions: typeof sessions === 'string' ? sessions.split(' ', sessionsOfCall) : [],
    address,
    addressKey: textOf(headers[addressKeyHeader], address),
  };
};

export const actorOf = (request: FastifyRequest, name: string): Actor => ({ operator: name, address: credentialsOf(request).address });

/** Form in the audit log; without an actor, Sunbeon itself acted. */
export const actorText = (actor: Actor = { operator: 'sunbeon', address: '' }): string => JSON.stringify(actor);
