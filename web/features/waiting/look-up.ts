import { api, type Failure } from '../../lib/api.ts';
import { recallFirstPosition } from '../../lib/remembered-position.ts';
import type { ViewEvent } from './reduce.ts';

const isNoSale = ({ code }: Failure): boolean => code === 'sale_not_found' || code === 'invalid_request';
export const isNoPlace = ({ code }: Failure): boolean => code === 'invalid_token' || code === 'not_in_queue';

/** Asks for everything about a sale and this browser's place in it, as one event for the reducer. */
export const lookUp = async (saleId: string): Promise<ViewEvent> => {
  const [sale, place] = await Promise.all([api.sale(saleId), api.place(saleId)]);
  if (!sale.ok) return isNoSale(sale.failure) ? { type: 'sale_missing' } : { type: 'unreachable' };
  if (!place.ok && !isNoPlace(place.failure)) return { type: 'unreachable' };
  const nowMs = Date.now();
  const visitor = place.ok ? place.value : null;
  const mayHold = visitor?.state === 'admitted' && visitor.claimed === true;
  const [purchases, holds] = await Promise.all([visitor === null ? null : api.purchases(saleId), mayHold ? api.holds(saleId) : null]);
  return {
    type: 'loaded',
    sale: sale.value,
    visitor,
    purchases: purchases?.ok ? purchases.value.purchases : null,
    holds: holds?.ok ? holds.value.holds : null,
    firstPosition: recallFirstPosition(saleId, visitor?.seq),
    nowMs,
  };
};

/** How old the sale's numbers may be while only the place is asked for, ms. */
const saleFreshMs = 10_000;

/** One poll of a place in line. Remembers when it last asked for the sale, so that it asks for it seldom. */
export const createPoll = (saleId: string, dispatch: (event: ViewEvent) => void) => {
  let saleSeenAtMs = 0;
  return async (signal: AbortSignal): Promise<number | null> => {
    const wantsSale = Date.now() - saleSeenAtMs > saleFreshMs;
    const [place, sale] = await Promise.all([api.place(saleId, signal), wantsSale ? api.sale(saleId, signal) : null]);
    if (signal.aborted) return null;
    if (sale?.ok) {
      saleSeenAtMs = Date.now();
      dispatch({ type: 'sale_seen', sale: sale.value, nowMs: saleSeenAtMs });
    } else if (sale !== null && sale.failure.code === 'sale_not_found') {
      dispatch({ type: 'sale_missing' });
    }
    if (place.ok) {
      dispatch({ type: 'visitor_seen', visitor: place.value, nowMs: Date.now() });
      return place.value.pollAfterMs;
    }
    if (!isNoPlace(place.failure)) return null;
    dispatch({ type: 'visitor_seen', visitor: null, nowMs: Date.now() });
    return saleFreshMs;
  };
};
