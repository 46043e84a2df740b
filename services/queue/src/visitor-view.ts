import { chanceOf, estimateWait, lobbyPollAfterMs, pollAfterMs, type Visitor } from '@sunbeon/contracts';
import type { PlaceOutcome, SaleState } from './scripts/place-reply.ts';

/** A visitor with a place in the sale. */
type Here = Exclude<PlaceOutcome, { state: 'refused' | 'absent' | 'another_generation' | 'settings_changed' }>;

/** A visitor's own view of the place. `seq`: the number in the token, for states other than waiting. */
export const visitorView = (saleId: string, visitorId: string, tokenSeq: number, place: Here, sale: SaleState): Visitor => {
  const known = tokenSeq > 0 ? { seq: tokenSeq } : {};
  if (place.state === 'joined' || place.state === 'waiting') {
    const { position, seq } = place;
    const etaSeconds = estimateWait({ status: sale.status, position, admitPerSecond: sale.admitPerSecond, pace: sale.pace });
    const chance = chanceOf(sale.status, sale.chances, position);
    return {
      saleId,
      visitorId,
      state: 'waiting',
      generation: sale.generation,
      seq,
      position,
      waiting: sale.waiting,
      ...(etaSeconds ? { etaSeconds } : {}),
      ...(chance === undefined ? {} : { chance }),
      pollAfterMs: pollAfterMs('waiting', position),
    };
  }
  const { state } = place;
  const nextPollMs =
    state === 'lobby'
      ? lobbyPollAfterMs(sale.opensAtMs === null ? null : sale.opensAtMs - sale.nowMs, Math.random())
      : pollAfterMs(state, undefined);
  const base = { saleId, visitorId, state, generation: sale.generation, ...known, pollAfterMs: nextPollMs };
  if (place.state === 'completed') return { ...base, outcome: place.outcome };
  if (place.state !== 'admitted') return base;
  return { ...base, admittedUntil: new Date(place.untilMs).toISOString(), claimed: place.claimed };
};
