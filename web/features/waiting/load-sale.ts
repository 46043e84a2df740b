import type { Visitor } from '@sunbeon/contracts';
import { cadence } from '@sunbeon/contracts/cadence';
import { api, type Answer, type Failure } from '../../lib/api.ts';
import type { PollResult } from '../../lib/live.ts';
import { cookieSpoke, forgetPlace, letTokenSpeak, markPlace, mayHavePlace, speakingToken, unprovenToken } from '../../lib/place-token.ts';
import { recallFirstPosition } from '../../lib/remembered-position.ts';
import { monotonicMs } from '../../lib/server-clock.ts';
import type { ViewEvent } from './reduce.ts';

const isNoSale = ({ code }: Failure): boolean => code === 'sale_not_found' || code === 'invalid_request';
/** The token is unknown: the place is gone, or a key rotation is in progress. */
const isDoubtful = ({ code }: Failure): boolean => code === 'invalid_token';

/** Reads the place; where the cookie of a join was not kept, the token of the join is sent from then on. */
const askPlace = async (saleId: string, signal?: AbortSignal): Promise<Answer<Visitor>> => {
  const byToken = speakingToken(saleId) !== undefined;
  const answer = await api.place(saleId, signal);
  if (answer.ok) {
    markPlace(saleId);
    if (!byToken) cookieSpoke(saleId);
    return answer;
  }
  const token = unprovenToken(saleId);
  if (!isDoubtful(answer.failure) || token === undefined) return answer;
  const second = await api.place(saleId, signal, token);
  if (second.ok) letTokenSpeak(saleId);
  return second;
};

export interface Expectation {
  /** The page's own request carried the sale's cookie. */
  cookieSeen: boolean;
  /** The page shows a place. */
  placeShown: boolean;
}

/** Reads the sale and this browser's place in it, as one event for the reducer. */
export const loadSale = async (saleId: string, { cookieSeen, placeShown }: Expectation): Promise<ViewEvent> => {
  const askedAtMs = monotonicMs();
  const asks = placeShown || mayHavePlace(saleId, cookieSeen);
  const [sale, place] = await Promise.all([api.sale(saleId), asks ? askPlace(saleId) : null]);
  if (!sale.ok) return isNoSale(sale.failure) ? { type: 'sale_missing' } : { type: 'unreachable' };
  const refused = place === null || place.ok ? null : place.failure;
  if (refused !== null && !isDoubtful(refused) && refused.code !== 'not_in_queue') return { type: 'unreachable' };
  const doubtful =
    refused !== null &&
    isDoubtful(refused) &&
    (placeShown || cookieSeen || speakingToken(saleId) !== undefined || unprovenToken(saleId) !== undefined);
  if (refused !== null && !doubtful) forgetPlace(saleId);
  const nowMs = monotonicMs();
  const visitor = place?.ok ? place.value : null;
  const mayHold = visitor?.state === 'admitted' && visitor.claimed === true;
  const [purchases, holds] = await Promise.all([visitor === null ? null : api.purchases(saleId), mayHold ? api.holds(saleId) : null]);
  return {
    type: 'loaded',
    sale: sale.value,
    visitor,
    doubtful,
    purchases: purchases?.ok ? purchases.value.purchases : null,
    holds: holds?.ok ? holds.value.holds : null,
    firstPosition: recallFirstPosition(saleId, visitor?.seq),
    askedAtMs,
    nowMs,
  };
};

/** One poll of a place by `queue/me`. Records the last read of the sale, which is rarer. */
export const createPlacePoll = (saleId: string, dispatch: (event: ViewEvent) => void) => {
  let saleSeenAtMs = Number.NEGATIVE_INFINITY;
  return async (signal: AbortSignal): Promise<PollResult> => {
    const askedAtMs = monotonicMs();
    const wantsSale = askedAtMs - saleSeenAtMs > cadence.countsMs;
    const [place, sale] = await Promise.all([askPlace(saleId, signal), wantsSale ? api.sale(saleId, signal) : null]);
    if (signal.aborted) return null;
    const nowMs = monotonicMs();
    if (sale?.ok) {
      saleSeenAtMs = nowMs;
      dispatch({ type: 'sale_seen', sale: sale.value, nowMs });
    } else if (sale !== null && sale.failure.code === 'sale_not_found') {
      dispatch({ type: 'sale_missing' });
    }
    if (place.ok) {
      dispatch({ type: 'visitor_seen', visitor: place.value, askedAtMs, nowMs });
      return place.value.pollAfterMs;
    }
    // An unknown place counts as no answer: it is polled again, with backoff.
    if (isDoubtful(place.failure)) dispatch({ type: 'place_doubtful', askedAtMs, nowMs });
    if (place.failure.code !== 'not_in_queue') return place.failure;
    forgetPlace(saleId);
    dispatch({ type: 'visitor_seen', visitor: null, askedAtMs, nowMs });
    return cadence.countsMs;
  };
};
