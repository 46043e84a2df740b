import { limits, type SaleEvent, type SaleStatus } from '@sunbeon/contracts';
import type { Invariant } from './check-result.ts';
import { createShopReplay } from './replay-shop.ts';

export interface Inside {
  claimed: boolean;
  /** The pass of the stay, once it has one. */
  pass: string | null;
  hold: string | null;
}
export interface Fault {
  invariant: Invariant;
  text: string;
}

/** A sale reconstructed from its events alone. */
export interface Replay {
  number: number;
  frontier: number;
  lastSeq: number;
  admitted: number;
  rejoined: number;
  leftQueue: number;
  leftActive: number;
  expired: number;
  claimed: number;
  completed: number;
  abandoned: number;
  total: number;
  left: number;
  held: number;
  sold: number;
  inside: Map<string, Inside>;
  holds: Map<string, { visitor: string; quantity: number }>;
  purchases: Map<string, { visitor: string; quantity: number; end?: 'cancelled' | 'checked in' }>;
  /** Purchases that were cancelled. */
  cancelled: number;
  /** Passes ever given out, by id. */
  passes: Map<string, string>;
  /** The drawn order so far, and what the draw published. */
  drawn: { visitors: string[]; count: number | null; root: string | null; seed: string | null; randomness: string | null };
  /** Most people that were inside at once, and the limit then. */
  fullest: { inside: number; limit: number };
  faults: Fault[];
  /** Applies the next event; adds its violations to `faults`. */
  apply: (event: SaleEvent) => void;
}

/** Seconds of the pace that a bucket may hold after a fail-over (bucket.lua clamps the elapsed time), */
const bucketSeconds = limits.refillMs / 1_000;
/** and visitors beyond it: the carried fraction and rounding. */
const bucketSlack = 2;

/** Starts before the first event of a sale. */
export const createReplay = (): Replay => {
  let rate = 0;
  let epoch = 0;
  let status: SaleStatus = 'open';
  let limit = Infinity;
  /** A gate admits without a stock. */
  let sells = true;
  let level = 0;
  let levelAtMs = 0;
  let lastAtMs = 0;
  /** The bucket's clock at the last admission; null before the first event with one. */
  let countedMs: number | null = null;
  /** Departures beyond the frontier, by number. */
  const departed = new Set<number>();
  /** All numbers up to this one are departures: a lobby ended without an order. */
  let ended = 0;
  /** Visitors of the lobby whose order is being drawn; null otherwise. */
  let lobby: number | null = null;
  const state: Omit<Replay, 'apply'> = {
    number: 0,
    frontier: 0,
    lastSeq: 0,
    admitted: 0,
    rejoined: 0,
    leftQueue: 0,
    leftActive: 0,
    expired: 0,
    claimed: 0,
    completed: 0,
    abandoned: 0,
    total: 0,
    left: 0,
    held: 0,
    sold: 0,
    cancelled: 0,
    inside: new Map(),
    holds: new Map(),
    purchases: new Map(),
    passes: new Map(),
    drawn: { visitors: [], count: null, root: null, seed: null, randomness: null },
    fullest: { inside: 0, limit: Infinity },
    faults: [],
  };
  const fault = (invariant: Invariant, text: string): void => {
    state.faults.push({ invariant, text: `event ${state.number}: ${text}` });
  };
  const expect = (condition: boolean, invariant: Invariant, text: string): void => {
    if (!condition) fault(invariant, text);
  };

  /**
   * A leaky bucket of admissions: never more than the admission bucket could hold, over any window. Time is that of the bucket, which jumps of Redis's
   * clock do not move; for events without it, their own time.
   */
  const pace = ({
    data: {
      visitors: { length: visitors },
      bucket,
    },
    atMs,
  }: Extract<SaleEvent, { type: 'admitted' }>): void => {
    const elapsedMs = bucket && countedMs !== null ? bucket.countedMs - countedMs : Math.max(0, atMs - levelAtMs);
    if (bucket) {
      expect(elapsedMs >= 0, 'I5', `the bucket's clock went back by ${-elapsedMs} ms`);
      expect(bucket.elapsedMs <= bucketSeconds * 1_000, 'I5', `the bucket was filled for ${bucket.elapsedMs} ms at once`);
      expect(visitors <= bucket.level + 1e-5, 'I5', `${visitors} admitted by a bucket of ${bucket.level}`);
      countedMs = bucket.countedMs;
    }
    level = Math.max(0, level - (rate * elapsedMs) / 1_000) + visitors;
    levelAtMs = atMs;
    expect(
      level <= Math.max(1, rate) * bucketSeconds + bucketSlack,
      'I5',
      `${Math.round(level)} admissions beyond the pace of ${rate} a second`,
    );
  };

  const admit = (event: Extract<SaleEvent, { type: 'admitted' }>): void => {
    const { data } = event;
    const { through, visitors, active } = data;
    expect(status === 'open', 'I5', `admitted while ${status}`);
    expect(data.epoch >= epoch, 'I5', `the leader of epoch ${data.epoch} admitted after that of ${epoch}`);
    epoch = Math.max(epoch, data.epoch);
    expect(through > state.frontier, 'I3', `the frontier went from ${state.frontier} to ${through}`);
    let gone = 0;
    for (let seq = state.frontier + 1; seq <= through; seq += 1) if (departed.delete(seq) || seq <= ended) gone += 1;
    expect(
      visitors.length === through - state.frontier - gone,
      'I3',
      `${visitors.length} admitted of ${through - state.frontier - gone} in line up to ${through}`,
    );
    for (const visitor of visitors) {
      expect(!state.inside.has(visitor), 'I4', `${visitor} is admitted twice`);
      state.inside.set(visitor, { claimed: false, pass: null, hold: null });
    }
    state.frontier = through;
    state.admitted += visitors.length;
    expect(state.inside.size <= limit, 'I6', `${state.inside.size} inside, ${limit} allowed`);
    expect(state.inside.size === active, 'I2', `${active} inside by the event, ${state.inside.size} by the replay`);
    expect(!sells || visitors.length <= state.left, 'I5', `${visitors.length} admitted for ${state.left} tickets`);
    if (state.inside.size > state.fullest.inside) state.fullest = { inside: state.inside.size, limit };
    pace(event);
  };

  const end = (visitor: string, invariant: Invariant): Inside => {
    const stay = state.inside.get(visitor);
    if (!stay) fault(invariant, `${visitor} was not inside`);
    state.inside.delete(visitor);
    if (stay?.hold) fault('I7', `${visitor} is gone, hold ${stay.hold} is not`);
    return stay ?? { claimed: false, pass: null, hold: null };
  };

  const applyShop = createShopReplay(state, expect, end);

  const apply = (event: SaleEvent): void => {
    expect(event.number === state.number + 1, 'I9', `follows ${state.number}`);
    state.number = event.number;
    // Without the bucket's clock, the time since a backward jump is not known: the count starts anew.
    if (event.atMs < lastAtMs && countedMs === null) level = 0;
    lastAtMs = event.atMs;
    levelAtMs = Math.min(levelAtMs, event.atMs);
    switch (event.type) {
      case 'admitted':
        return admit(event);
      case 'tick': {
        expect(event.data.frontier === state.frontier, 'I3', `a tick tells frontier ${event.data.frontier}, not ${state.frontier}`);
        expect(event.data.active === state.inside.size, 'I2', `a tick tells ${event.data.active} inside, not ${state.inside.size}`);
        expect(
          event.data.waiting === event.data.lastSeq - state.admitted - state.leftQueue - (lobby === null ? 0 : (event.data.lobby ?? 0)),
          'I2',
          `a tick tells ${event.data.waiting} waiting`,
        );
        expect(event.data.lastSeq >= state.lastSeq, 'I3', 'the last number went back');
        state.lastSeq = event.data.lastSeq;
        return;
      }
      case 'rejoined': {
        const { visitor, seq } = event.data;
        if (seq === undefined) return;
        expect(!state.inside.has(visitor), 'I4', `${visitor} joins while inside`);
        expect(seq > state.frontier && seq > state.lastSeq, 'I3', `${visitor} has number ${seq} after ${state.lastSeq}`);
        state.lastSeq = seq;
        state.rejoined += 1;
        return;
      }
      case 'left': {
        const { visitor, from, seq } = event.data;
        if (from === 'active') {
          end(visitor, 'I2');
          state.leftActive += 1;
        } else if (seq !== undefined) {
          expect(seq > state.frontier && !departed.has(seq), 'I2', `number ${seq} left the line and was not in it`);
          departed.add(seq);
          state.leftQueue += 1;
        } else if (from === 'lobby' && lobby !== null) state.leftQueue += 1;
        return;
      }
      case 'frozen':
        expect(event.data.count === lobby && state.drawn.root === null, 'D3', `${event.data.count} entries of a lobby of ${lobby}`);
        Object.assign(state.drawn, { count: event.data.count, root: event.data.root });
        return;
      case 'beacon':
        state.drawn.randomness = event.data.randomness ?? null;
        return;
      case 'drawn': {
        const { from, visitors, left = [], complete, seed } = event.data;
        expect(state.drawn.root !== null && state.drawn.seed === null, 'D3', 'a page of an order that is not being drawn');
        expect(from === state.drawn.visitors.length + 1, 'D3', `a page from ${from} after ${state.drawn.visitors.length}`);
        for (const visitor of visitors) state.drawn.visitors.push(visitor);
        for (const seq of left) departed.add(seq);
        expect((complete === true) === (state.drawn.visitors.length === state.drawn.count), 'D3', 'the last page is not the last');
        if (!complete) return;
        state.drawn.seed = seed ?? null;
        lobby = null;
        return;
      }
      case 'claimed': {
        const stay = state.inside.get(event.data.visitor);
        expect(stay?.claimed === false, 'I8', `${event.data.visitor} claims ${stay ? 'twice' : 'and is not inside'}`);
        if (stay) stay.claimed = true;
        state.claimed += 1;
        return;
      }
      case 'expired': {
        const { claimed } = end(event.data.visitor, 'I2');
        expect(claimed === (event.data.reason === 'session_over'), 'I7', `${event.data.visitor} expired as ${event.data.reason}`);
        state.expired += 1;
        return;
      }
      case 'held':
      case 'released':
      case 'purchased':
      case 'cancelled':
      case 'checked_in':
        return applyShop(event);
      case 'pass_issued': {
        const { visitor, passId } = event.data;
        const stay = state.inside.get(visitor);
        expect(
          stay?.claimed === true && stay.pass === null,
          'I8',
          `${visitor} gets a pass ${stay ? 'twice, or before the claim' : 'and is not inside'}`,
        );
        expect(!state.passes.has(passId), 'I8', `pass ${passId} is given twice`);
        if (stay) stay.pass = passId;
        state.passes.set(passId, visitor);
        return;
      }
      case 'extended':
        expect(
          state.inside.get(event.data.visitor)?.pass === event.data.passId,
          'I8',
          `pass ${event.data.passId} is extended and its stay is over`,
        );
        return;
      case 'completed': {
        const { visitor, passId, outcome } = event.data;
        expect(state.inside.get(visitor)?.pass === passId, 'I8', `pass ${passId} is completed and its stay is over`);
        end(visitor, 'I8');
        if (outcome === 'purchased') state.completed += 1;
        else state.abandoned += 1;
        return;
      }
      case 'sale': {
        const { total, admitPerSecond, activeLimit, withoutDraw, left = 0 } = event.data;
        if (event.data.change === 'lobby_closed') state.lastSeq = lobby = event.data.lobby ?? 0;
        if (withoutDraw) {
          lobby = null;
          ended = state.leftQueue = left;
          state.lastSeq = Math.max(state.lastSeq, left);
          departed.clear();
        }
        if (event.data.change === 'created') sells = total !== undefined;
        if (total !== undefined) {
          state.left += total - state.total;
          state.total = total;
        }
        if (admitPerSecond !== undefined) {
          // A new pace starts with at most one second's worth of its own (change-sale.lua).
          level = 0;
          levelAtMs = event.atMs;
          rate = admitPerSecond;
        }
        limit = activeLimit ?? limit;
        expect(state.left >= 0, 'I1', `${-state.left} tickets taken away that were not left`);
        // An `add-stock` event has the status by the clock and settles nothing.
        if (event.data.change !== 'stock_added' && event.data.change !== 'stock_removed') status = event.data.status;
        return;
      }
      default:
    }
  };
  return Object.assign(state, { apply });
};
