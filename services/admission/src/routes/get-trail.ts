import { keys, publicRoutes, type Trail } from '@sunbeon/contracts';
import { CodedError, type Actor } from '@sunbeon/runtime';
import type { Room } from '../room.ts';

/** Entries of one answer. */
const entries = 200;

/** The last things that operators did; also of a sale that was deleted. */
export const getTrail = ({ app, redis, checkOperator }: Room): void => {
  const { url, params } = publicRoutes.getTrail;
  app.get<{ Params: { sale: string } }>(
    url,
    { schema: { params }, onRequest: async (request) => checkOperator(request.headers.authorization) },
    async (request): Promise<Trail> => {
      const rows = await redis.xrevrange(keys.trail(request.params.sale), '+', '-', 'COUNT', entries);
      if (rows.length === 0) throw new CodedError('sale_not_found');
      return {
        entries: rows.map(([, fields]) => {
          const field = (name: string): string => fields[fields.indexOf(name) + 1] ?? '';
          const { operator, address } = JSON.parse(field('by')) as Actor;
          return { at: new Date(Number(field('at'))).toISOString(), action: field('action'), operator, address, detail: JSON.parse(field('detail')) as object };
        }),
      };
    },
  );
};
