import { publicRoutes } from '@sunbeon/contracts';
import { CodedError, defineRoute, LRUCache } from '@sunbeon/runtime';
import type { RouteContext } from '../context.ts';
import { entryOf } from '../draw/draw.ts';
import { readReceipt } from '../scripts/read-receipt.ts';

/** A visitor may ask without end, and each signature takes as long as some claims. */
const receiptLimits = {
  /** Receipts kept by one instance, and for how long, ms: `iat` is as old. */
  kept: 10_000,
  keptMs: 60_000,
  /** Signatures at once. */
  atOnce: 64,
} as const;

/** A signed receipt of a place in the line or the lobby. It names the visitor by the entry of the roster, so that it can be shown to anyone. */
export const getReceipt = (context: RouteContext): void => {
  const { redis, signer } = context;
  const recent = new LRUCache<string, Promise<string>>({ max: receiptLimits.kept, ttl: receiptLimits.keptMs });
  let signing = 0;
  const sign = async (...args: Parameters<typeof signer.signReceipt>): Promise<string> => {
    if (signing >= receiptLimits.atOnce) throw new CodedError('unavailable', 'Too many receipts at once.');
    signing += 1;
    try {
      return await signer.signReceipt(...args);
    } finally {
      signing -= 1;
    }
  };
  defineRoute(context, publicRoutes.getReceipt, async ({ visitor: { saleId, visitorId, generation } }) => {
    const place = await readReceipt.run(redis, saleId, visitorId);
    if (place.outcome === 'no_sale') throw new CodedError('sale_not_found');
    if (place.state === 'absent' || place.generation !== generation) throw new CodedError('not_in_queue');
    const entry = entryOf({ saleId, generation }, visitorId).toString('hex');
    const claims =
      place.state === 'waiting'
        ? { seq: place.seq, ...(place.root === null ? {} : { root: place.root }) }
        : { joinedAt: new Date(place.joinedAtMs).toISOString(), ...(place.commitment === '' ? {} : { commitment: place.commitment }) };
    const key = JSON.stringify([saleId, entry, claims]);
    let receipt = recent.get(key);
    if (!receipt) {
      recent.set(key, (receipt = sign(saleId, entry, Math.floor(place.nowMs / 1_000), { generation, ...claims })));
      receipt.catch(() => recent.delete(key));
    }
    return { status: 200, body: { receipt: await receipt } };
  });
};
