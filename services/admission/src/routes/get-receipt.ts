import { publicRoutes } from '@sunbeon/contracts';
import { CodedError, defineRoute } from '@sunbeon/runtime';
import type { RouteContext } from '../context.ts';
import { entryOf } from '../draw/draw.ts';
import { readReceipt } from '../scripts/read-receipt.ts';

/** A signed receipt of a place in the line or the lobby. It names the visitor by the entry of the roster, so that it can be shown to anyone. */
export const getReceipt = (context: RouteContext): void => {
  const { redis, signer } = context;
  defineRoute(context, publicRoutes.getReceipt, async ({ visitor: { saleId, visitorId, generation } }) => {
    const place = await readReceipt.run(redis, saleId, visitorId);
    if (place.outcome === 'no_sale') throw new CodedError('sale_not_found');
    if (place.state === 'absent' || place.generation !== generation) throw new CodedError('not_in_queue');
    const entry = entryOf({ saleId, generation }, visitorId).toString('hex');
    const claims =
      place.state === 'waiting'
        ? { seq: place.seq, ...(place.root === null ? {} : { root: place.root }) }
        : { joinedAt: new Date(place.joinedAtMs).toISOString(), ...(place.commitment === '' ? {} : { commitment: place.commitment }) };
    const receipt = await signer.signReceipt(saleId, entry, Math.floor(place.nowMs / 1_000), { generation, ...claims });
    return { status: 200, body: { receipt } };
  });
};
