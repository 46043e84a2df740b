import type { PassOutcome, SaleStatus } from '@sunbeon/contracts';
import type { NoSale } from '@sunbeon/runtime';

/** State of the sale at the read of the places. */
export interface SaleState {
  nowMs: number;
  /** Creation time of the sale, ms. */
  generation: number;
  status: SaleStatus;
  admitPerSecond: number;
  /** Observed admissions per second. */
  pace: number;
  waiting: number;
  /** Number of the last event of the sale. */
  event: number;
  /** Null without one. */
  opensAtMs: number | null;
}

export type PlaceOutcome =
  | { state: 'joined' | 'waiting'; seq: number; position: number }
  | { state: 'admitted'; untilMs: number; claimed: boolean }
  | { state: 'lobby'; isNew: boolean }
  | { state: 'left' | 'expired' | 'purchased' }
  | { state: 'completed'; outcome: PassOutcome }
  | { state: 'absent' }
  /** A join with a token of a deleted sale of the same id. */
  | { state: 'another_generation' }
  | { state: 'refused'; why: JoinRefusal };

export type JoinRefusal = 'sale_not_open' | 'sold_out' | 'limit_exceeded';
type Row = [
  Exclude<PlaceOutcome['state'], 'refused' | 'completed'> | 'joined_lobby' | `completed_${PassOutcome}` | JoinRefusal,
  number,
  number,
  number,
  number,
];
type Reply = [] | [[string, string, SaleStatus, string, string, number, string, string], Row[]];

/** `places`: one per visitor, in order. */
export type PlacesReply = { outcome: 'answered'; sale: SaleState; places: PlaceOutcome[] } | NoSale;

const outcomeOf = ([state, seq, position, untilMs, claimed]: Row): PlaceOutcome => {
  if (state === 'joined' || state === 'waiting') return { state, seq, position };
  if (state === 'lobby' || state === 'joined_lobby') return { state: 'lobby', isNew: state === 'joined_lobby' };
  if (state === 'admitted') return { state, untilMs, claimed: claimed === 1 };
  if (state === 'sale_not_open' || state === 'sold_out' || state === 'limit_exceeded') return { state: 'refused', why: state };
  if (state === 'completed_purchased' || state === 'completed_abandoned')
    return { state: 'completed', outcome: state === 'completed_purchased' ? 'purchased' : 'abandoned' };
  return { state };
};

export const decodePlaces = (reply: unknown): PlacesReply => {
  const rows = reply as Reply;
  if (rows.length === 0) return { outcome: 'no_sale' };
  const [[now, createdAt, status, rate, pace, waiting, event, opensAt], places] = rows;
  return {
    outcome: 'answered',
    sale: {
      nowMs: Number(now),
      generation: Number(createdAt),
      status,
      admitPerSecond: Number(rate),
      pace: Number(pace),
      waiting,
      event: Number(event),
      opensAtMs: opensAt === '' ? null : Number(opensAt),
    },
    places: places.map(outcomeOf),
  };
};
