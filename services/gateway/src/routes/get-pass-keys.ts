import { cacheControl, publicRoutes } from '@sunbeon/contracts';
import { CodedError } from '@sunbeon/runtime';
import type { FastifyInstance } from 'fastify';
import type { PassKeySet } from '../passes/pass-keys.ts';
import { describeRoute } from './describe.ts';

/** `GET /.well-known/jwks.json`: from memory, also while admission is away. */
export const getPassKeys = (app: FastifyInstance, keys: Pick<PassKeySet, 'current'>): void => {
  const { method, url } = publicRoutes.getPassKeys;
  app.route({
    method,
    url,
    schema: describeRoute(publicRoutes.getPassKeys),
    handler: async (_, reply) => {
      const known = keys.current();
      if (known === null) throw new CodedError('unavailable', 'The keys are not known yet.');
      return reply.header('cache-control', cacheControl.document).type('application/json; charset=utf-8').send(known);
    },
  });
};
