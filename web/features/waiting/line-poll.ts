import { nextIn, placeOf, type Line, type Place } from '@sunbeon/line';
import { api } from '../../lib/api.ts';
import { backoffMs } from '../../lib/backoff.ts';
import type { PollResult } from '../../lib/live.ts';
import { unprovenToken } from '../../lib/place-token.ts';
import { monotonicMs } from '../../lib/server-clock.ts';
import { createLineAge } from './line-age.ts';
import { createPlacePoll } from './load-sale.ts';
import type { ViewEvent } from './reduce.ts';
import { followsLine, type View } from './view.ts';

/** Interval of reading the sale itself, ms, between this and twice as much: a line has neither title nor closing time. Caches answer it too. */
const saleEveryMs = 30_000;
/** `openLive` adds the jitter of the interval. */
const jitter = 0.5;
/** Polls in succession without a line that says anything; then the place is asked for: a gateway without room for another sale refuses its line alone. */
const linesLost = 2;

/**
 * One poll of a place: by the public line, which caches give, while it waits with a number; by `queue/me` after a join, in the lobby, at its turn, and when the line says
 * that the place has ended or there is no line. `shown`: the present view.
 */
export const createPoll = (saleId: string, dispatch: (event: ViewEvent) => void, shown: () => View) => {
  const pollPlace = createPlacePoll(saleId, dispatch);
  const isOldLine = createLineAge();
  const bitmaps = new Map<number, Uint8Array>();
  let bitmapsOf = 0;
  const nextSaleMs = (): number => monotonicMs() + saleEveryMs * (1 + Math.random());
  let saleDueMs = nextSaleMs();
  /** Polls of the place in succession, since the line said that it waits no longer. */
  let turns = 0;
  let lost = 0;

  /** Fetches the bitmaps that the place needs. Null: one cannot be had now. */
  const findPlace = async (line: Line, seq: number, generation: number, signal: AbortSignal): Promise<Place | null> => {
    // Another tab may have joined the sale made anew.
    if (bitmapsOf !== line.generation) bitmaps.clear();
    bitmapsOf = line.generation;
    const place = placeOf(line, seq, bitmaps, generation);
    if (place.state !== 'incomplete') return place;
    const found = await Promise.all(
      place.blocks.map(async ({ block, count }) => {
        const answer = await api.departures(saleId, generation, block, count, signal);
        if (answer.ok) bitmaps.set(block, answer.value);
        // Not found: another gateway is a tick behind.
        return answer.ok || answer.failure.status === 404;
      }),
    );
    return found.every(Boolean) ? placeOf(line, seq, bitmaps, generation) : null;
  };

  /** The line lags, or Redis has lost a departure, while the place still waits. */
  const pollTurn = async (signal: AbortSignal): Promise<PollResult> => {
    const next = await pollPlace(signal);
    turns += 1;
    return typeof next === 'number' ? Math.max(next, backoffMs(turns - 1, Math.random())) : next;
  };

  return async (signal: AbortSignal): Promise<PollResult> => {
    const view = shown();
    // The line needs no credential: whether the cookie of a join was kept is known by a read of the place.
    if (!followsLine(view) || unprovenToken(saleId) !== undefined) return pollPlace(signal);
    const askedAtMs = monotonicMs();
    const isSaleDue = askedAtMs >= saleDueMs;
    if (isSaleDue) saleDueMs = nextSaleMs();
    const [answer, sale] = await Promise.all([api.line(saleId, signal), isSaleDue ? api.sale(saleId, signal) : null]);
    if (signal.aborted) return null;
    if (sale?.ok) dispatch({ type: 'sale_seen', sale: sale.value, nowMs: monotonicMs() });
    if (!answer.ok) {
      if (answer.failure.code === 'sale_not_found') dispatch({ type: 'sale_missing' });
      lost += 1;
      // During an update a gateway of the version before has no such route.
      return answer.failure.code === 'route_not_found' || lost >= linesLost ? pollPlace(signal) : answer.failure;
    }
    const line = answer.value;
    const isOld = isOldLine(Date.parse(line.at), monotonicMs(), view.clockOffsetMs);
    const { seq, generation, position } = view.visitor;
    const place = await findPlace(line, seq, generation, signal);
    if (signal.aborted) return null;
    if (place?.state === 'turn' || place?.state === 'left' || place?.state === 'other_generation') return pollTurn(signal);
    const nowMs = monotonicMs();
    if (place === null || isOld) return ++lost >= linesLost ? pollPlace(signal) : null;
    turns = 0;
    lost = 0;
    const told = place.state === 'waiting' ? place.position : null;
    dispatch({ type: 'line_seen', line, position: told, askedAtMs, nowMs });
    return nextIn(line, told ?? position ?? 1, jitter);
  };
};
