import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { tracing } from '../trace.ts';

/** Names one request in the log lines of all services and in its answer. */
export const requestIdHeader = 'x-request-id';
/** From the gateway to a service: the answer of the same call before was lost. */
export const repeatHeader = 'x-sunbeon-repeat';
/** What a stranger may give as an id: no text that a log, a header or a shell would obey. */
const idPattern = /^[\w.-]{1,64}$/;

/** Unique to this process; with a number, because an id for each request must cost nothing. */
const prefix = randomBytes(8).toString('hex');
let made = 0;
export const newRequestId = (): string => `${prefix}-${(made += 1).toString(36)}`;

/** The id that the request brought, when it is one; else a new one. */
export const requestIdOf = ({ headers }: Pick<IncomingMessage, 'headers'>): string => {
  const given = headers[requestIdHeader];
  return typeof given === 'string' && idPattern.test(given) ? given : newRequestId();
};

/** What a line about a request names it by. */
export const requestFields = (request: FastifyRequest): { request_id: string } => ({
  request_id: request.id,
  ...tracing()?.requestFields(request),
});
