import type { SaleStatus } from './schema-parts.ts';

/**
 * Events of a sale's stream. The entry id is `<n>-0`: n is the event's number in the sale, dense from 1, so that a reader
 * detects a gap by any number but its last plus one. Fields of an entry: `type`, `at` (ms, Redis's
 * clock), `data` (JSON as below), `trace` (W3C traceparent, when traced).
 */
export interface EventData {
  /**
   * One per batch: all `visitors` may claim until `untilMs`; no seq ≤ `through` waits any more. `epoch`: of the leader that ran the script.
   * `bucket`: level before these admissions, ms that this call refilled, and total refilled ms (the bucket's clock); absent in older events.
   */
  admitted: {
    through: number;
    untilMs: number;
    visitors: string[];
    waiting: number;
    active: number;
    epoch: number;
    bucket?: { level: number; elapsedMs: number; countedMs: number };
  };
  /** At most one per tick, when a count changed. `pace`: observed admissions per second. */
  tick: { lastSeq: number; frontier: number; waiting: number; active: number; pace: number; lobby?: number };
  /** A new place of a visitor whose earlier stay has ended; without `seq` in the lobby. A first join has no event: a million of them would fill the stream. */
  rejoined: { visitor: string; seq?: number };
  /** The roster of the lobby is public. `round`: of the beacon that the draw waits for. */
  frozen: { count: number; root: string; frozenAtMs: number; round?: number };
  /** How the beacon was answered; at most one a draw. */
  beacon: { round: number; status: 'verified' | 'unavailable'; randomness?: string; signature?: string };
  /**
   * A page of the drawn order: `visitors` have the seqs from `from`; those of `left` had left meanwhile. `complete`: the last one, which
   * reveals the seed and opens the sale.
   */
  drawn: { from: number; visitors: string[]; left?: number[]; waiting: number; complete?: true; seed?: string };
  /** From the lobby without a seq; while the order is drawn, the number that the visitor would have got becomes a departure. */
  left: { visitor: string; from: 'lobby' | 'queue' | 'active'; seq?: number };
  expired: { visitor: string; reason: 'claim_missed' | 'session_over' };
  claimed: { visitor: string; untilMs: number };
  held: { visitor: string; holdId: string; quantity: number; expiresAtMs: number };
  /** A stay got its first ticket for the shop; until it ends it has this one pass id. */
  pass_issued: { visitor: string; passId: string; untilMs: number };
  /** The shop lengthened a stay. `by`: the name of the shop key. */
  extended: { visitor: string; passId: string; untilMs: number; by?: string };
  /** The shop ended a stay. */
  completed: { visitor: string; passId: string; outcome: 'purchased' | 'abandoned'; reference?: string; quantity?: number; by?: string };
  /** `by`: the name of the shop key, where the shop gave the hold back. */
  released: {
    visitor: string;
    holdId: string;
    quantity: number;
    expiresAtMs: number;
    reason: 'released' | 'hold_over' | 'session_over' | 'left' | 'completed';
    by?: string;
  };
  /** `by`: the name of the shop key, where the shop confirmed. */
  purchased: { visitor: string; purchaseId: string; quantity: number; purchasedAtMs: number; holdId?: string; by?: string };
  /** An operator cancelled a purchase; `restock`: its tickets are left again, else they left the sale. `left`: of a visitor who has no order and no place now. */
  cancelled: { visitor: string; purchaseId: string; quantity: number; purchasedAtMs: number; restock: boolean; left?: true };
  /** A purchase was used at the door. `by`: the operator. */
  checked_in: { visitor: string; purchaseId: string; checkedInAtMs: number; by: string };
  /** A change by an operator or the clock; readers fetch the sale again. Changes of stock and pace are included, for replays. */
  sale: {
    change:
      | 'created'
      | 'lobby_opened'
      | 'lobby_closed'
      | 'opened'
      | 'paused'
      | 'resumed'
      | 'closed'
      | 'changed'
      | 'stock_added'
      | 'stock_removed'
      | 'deleted';
    version: number;
    status: SaleStatus;
    total?: number;
    admitPerSecond?: number;
    activeLimit?: number;
    /** With `lobby_closed`: visitors of the lobby, who get the seqs from 1. */
    lobby?: number;
    /** The sale was closed before its lobby got an order: every visitor has left, and the numbers 1 to `left` are departures. */
    withoutDraw?: true;
    left?: number;
  };
}

export type EventType = keyof EventData;
export type SaleEvent = { [T in EventType]: { type: T; number: number; atMs: number; trace?: string; data: EventData[T] } }[EventType];

const eventTypes = new Set<string>([
  'admitted',
  'tick',
  'rejoined',
  'frozen',
  'beacon',
  'drawn',
  'left',
  'expired',
  'claimed',
  'held',
  'pass_issued',
  'extended',
  'completed',
  'released',
  'purchased',
  'cancelled',
  'checked_in',
  'sale',
] satisfies EventType[]);

/** `<n>-0`, the stream id of an event and the `id` of the frame it becomes. */
export const eventId = (number: number): string => `${number}-0`;

/** The number in an event id, or null when the text is not one. */
export const eventNumber = (id: string): number | null => {
  const match = /^(0|[1-9]\d{0,14})-0$/.exec(id);
  return match ? Number(match[1]) : null;
};

/** Reads a stream entry; null for an external one (skipped and counted, never fatal). */
export const decodeEvent = (id: string, fields: readonly string[]): SaleEvent | null => {
  const number = eventNumber(id);
  const entry = new Map<string, string>();
  for (let i = 0; i + 1 < fields.length; i += 2) entry.set(fields[i]!, fields[i + 1]!);
  const type = entry.get('type');
  if (number === null || type === undefined || !eventTypes.has(type)) return null;
  try {
    const data: unknown = JSON.parse(entry.get('data') ?? '');
    if (typeof data !== 'object' || data === null) return null;
    // Redis writes an empty list of JSON as an object.
    if (type === 'drawn' && !Array.isArray((data as EventData['drawn']).visitors)) (data as EventData['drawn']).visitors = [];
    const trace = entry.get('trace');
    return { type, number, atMs: Number(entry.get('at')), ...(trace ? { trace } : {}), data } as SaleEvent;
  } catch {
    return null;
  }
};
