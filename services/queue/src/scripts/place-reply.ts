import { joinRefusals, type Chances, type JoinRefusal, type PassOutcome, type SaleStatus } from '@sunbeon/contracts';
import { chancesOf, type NoSale } from '@sunbeon/runtime';

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
  chances: Chances;
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
  /** A member token that was checked by other settings than those of now. */
  | { state: 'settings_changed' }
  | { state: 'refused'; why: JoinRefusal };

/** `visitor` and what the first join with the same key was given: joins only. */
type Row = [
  state: Exclude<PlaceOutcome['state'], 'refused' | 'completed'> | 'joined_lobby' | `completed_${PassOutcome}` | JoinRefusal,
  seq: number,
  position: number,
  untilMs: number,
  claimed: number,
  visitor?: string,
  firstJoinMs?: number,
  firstSeq?: number,
];
type Reply = [] | [[string, string, SaleStatus, string, string, number, string, string, string], Row[]];

/** Whose place a join answers about: another visitor's than asked for with a member token or a known key. */
export interface JoinedAs {
  visitorId: string;
  /** Number of the place; 0 without one. */
  seq: number;
  /** Time (ms) and number of the first join with the same key, whose token is given again; null for any other join. */
  firstJoin: { atMs: number; seq: number } | null;
}

/** `places`: one per visitor, in order; `joinedAs` the same, of joins. */
export type PlacesReply = { outcome: 'answered'; sale: SaleState; places: PlaceOutcome[]; joinedAs: JoinedAs[] } | NoSale;

const isRefusal = (state: string): state is JoinRefusal => (joinRefusals as readonly string[]).includes(state);

const outcomeOf = ([state, seq, position, untilMs, claimed]: Row): PlaceOutcome => {
  if (state === 'joined' || state === 'waiting') return { state, seq, position };
  if (state === 'lobby' || state === 'joined_lobby') return { state: 'lobby', isNew: state === 'joined_lobby' };
  if (state === 'admitted') return { state, untilMs, claimed: claimed === 1 };
  if (isRefusal(state)) return { state: 'refused', why: state };
  if (state === 'completed_purchased' || state === 'completed_abandoned')
    return { state: 'completed', outcome: state === 'completed_purchased' ? 'purchased' : 'abandoned' };
  return { state };
};

export const decodePlaces = (reply: unknown): PlacesReply => {
  const rows = reply as Reply;
  if (rows.length === 0) return { outcome: 'no_sale' };
  const [[now, createdAt, status, rate, pace, waiting, event, opensAt, chances], places] = rows;
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
      chances: chancesOf(chances),
    },
    places: places.map(outcomeOf),
    joinedAs: places.map(([, seq, , , , visitor, firstJoinMs, firstSeq = 0]) => ({
      visitorId: visitor ?? '',
      seq,
      firstJoin: firstJoinMs ? { atMs: firstJoinMs, seq: firstSeq } : null,
    })),
  };
};
