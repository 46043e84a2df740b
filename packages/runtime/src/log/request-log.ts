import { isSaleId, rpcPaths, type RpcItem, type RpcMethod } from '@sunbeon/contracts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Log } from './log.ts';
import { requestFields } from './request-id.ts';

/** Batches (each of their calls has a line) and what machines ask for all the time. */
const quiet = new Set<string>([...Object.values(rpcPaths), '/livez', '/readyz', '/metrics', '/internal/ready', '/internal/pass-keys']);
const rounded = (ms: number): number => Math.round(ms * 10) / 10;

/** A line for one answer. It names the pattern of the route, never the address as it came. */
export const logRequest = (request: FastifyRequest, status: number, ms: number): void => {
  const { events } = request.server;
  const route = request.is404 ? 'unmatched' : (request.routeOptions.url ?? 'unmatched');
  if (quiet.has(route)) return;
  const { sale } = (request.params ?? {}) as { sale?: unknown };
  events.write('request', {
    ...requestFields(request),
    method: request.method,
    route,
    ...(typeof sale === 'string' && isSaleId(sale) ? { sale } : {}),
    status,
    ms: rounded(ms),
    ...(events.addresses ? { address: request.ip } : {}),
  });
};

/** A line for each answer, while `REQUEST_LOG` is on. */
export const logRequests = (app: FastifyInstance): void => {
  app.addHook('onResponse', (request, { statusCode, elapsedTime }, done) => {
    logRequest(request, statusCode, elapsedTime);
    done();
  });
};

/** The same for one call of a batch. */
export const logCall = (log: Log, call: RpcMethod, { saleId, requestId }: RpcItem, status: number, ms: number): void =>
  log.write('request', { request_id: requestId, call, ...(isSaleId(saleId) ? { sale: saleId } : {}), status, ms: rounded(ms) });
