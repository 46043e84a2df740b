import { isRehearsalId } from '@sunbeon/contracts';
import { CodedError } from '@sunbeon/runtime';
import type { FastifyRequest } from 'fastify';

/** To visitors, shops and proxies a rehearsal is a sale that does not exist, whatever they ask, and before anything is asked for. */
export const hideRehearsals = (request: FastifyRequest): CodedError | undefined => {
  const { sale } = (request.params ?? {}) as { sale?: string };
  if (sale === undefined || !isRehearsalId(sale) || request.routeOptions.url?.startsWith('/api/admin/')) return undefined;
  return new CodedError('sale_not_found');
};
