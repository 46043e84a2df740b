import { Readable } from 'node:stream';
import { cacheControl, type PublicRoute } from '@sunbeon/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { UpstreamStream } from '../rpc/upstream.ts';
import { accepts } from './accepts.ts';

/** Whether a request asks for a list as CSV: by `?format=csv`, or by its `Accept` where the address says nothing. */
export const asksForCsv = (route: PublicRoute, { query, headers }: FastifyRequest): boolean => {
  if (route.csvExample === undefined) return false;
  const { format } = query as { format?: unknown };
  return format === undefined ? accepts(headers.accept, 'text/csv') : format === 'csv';
};

/** A caller who reads nothing of a long answer for so long loses it, ms. */
const stalledMs = 30_000;

/**
 * Passes bytes on as they come: a long answer is never in memory as a whole, and is waited for as long as its caller reads. For `HEAD` none is read: the
 * framework would read all of them and drop them.
 */
export const passBytes = (reply: FastifyReply, { status, headers, body }: UpstreamStream, waitMs = stalledMs): FastifyReply => {
  reply.raw.setTimeout(waitMs, () => reply.raw.destroy());
  for (const name of ['content-type', 'content-disposition', 'retry-after', 'www-authenticate']) {
    const value = headers[name];
    if (typeof value === 'string') reply.header(name, value);
  }
  reply.code(status).header('cache-control', status < 300 ? cacheControl.own : 'no-store');
  if (reply.request.method !== 'HEAD') return reply.send(body);
  body.on('error', () => {}).destroy();
  return reply.send(Readable.from([]));
};
