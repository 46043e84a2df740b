import {
  chanceOf,
  estimateWait,
  eventId,
  pollAfterMs,
  type Chances,
  type SaleEvent,
  type Sale,
  type ServerMessage,
  type Visitor,
} from '@sunbeon/contracts';
import { positionOf, type Mirror } from '../stream/mirror.ts';

const iso = (ms: number): string => new Date(ms).toISOString();

/** The frame of an event for its visitor; null for events without a frame of their own. */
export const frameOf = (saleId: string, event: SaleEvent): ServerMessage | null => {
  const id = eventId(event.number);
  switch (event.type) {
    case 'admitted':
      return { type: 'admitted', id, admittedUntil: iso(event.data.untilMs) };
    case 'claimed':
      return { type: 'claimed', id, admittedUntil: iso(event.data.untilMs) };
    case 'extended':
      return { type: 'extended', id, admittedUntil: iso(event.data.untilMs) };
    case 'completed':
      return { type: 'completed', id, outcome: event.data.outcome };
    case 'expired':
      return { type: 'expired', id, reason: event.data.reason };
    case 'held':
    case 'released': {
      const { holdId, visitor, quantity, expiresAtMs } = event.data;
      return { type: event.type, id, hold: { holdId, saleId, visitorId: visitor, quantity, expiresAt: iso(expiresAtMs) } };
    }
    case 'purchased':
    case 'cancelled': {
      const { purchaseId, visitor, quantity, purchasedAtMs } = event.data;
      const state = event.type === 'cancelled' ? 'cancelled' : 'paid';
      const purchase = { purchaseId, saleId, visitorId: visitor, quantity, state, purchasedAt: iso(purchasedAtMs) } as const;
      return { type: event.type, id, purchase };
    }
    case 'checked_in':
      return { type: 'checked_in', id, purchaseId: event.data.purchaseId, checkedInAt: iso(event.data.checkedInAtMs) };
    default:
      return null;
  }
};

/** Position, waiting, estimate and chance of one seq, without a read. */
const linePosition = (mirror: Mirror, sale: Sale, chances: Chances, seq: number) => {
  const position = positionOf(mirror, seq);
  // Joins since the last tick are not counted yet; no position exceeds the end of the line.
  const waiting = Math.max(mirror.waiting, position);
  const etaSeconds = estimateWait({ status: mirror.status, position, admitPerSecond: sale.admitPerSecond, pace: mirror.pace });
  const chance = chanceOf(mirror.status, chances, position);
  return { position, waiting, ...(etaSeconds ? { etaSeconds } : {}), ...(chance === undefined ? {} : { chance }) };
};

export const positionFrame = (mirror: Mirror, sale: Sale, chances: Chances, seq: number): Extract<ServerMessage, { type: 'position' }> => ({
  type: 'position',
  ...linePosition(mirror, sale, chances, seq),
});

export const waitingVisitor = (mirror: Mirror, sale: Sale, chances: Chances, visitorId: string, seq: number): Visitor => {
  const inLine = linePosition(mirror, sale, chances, seq);
  return {
    saleId: sale.saleId,
    visitorId,
    state: 'waiting',
    generation: mirror.generation,
    seq,
    ...inLine,
    pollAfterMs: pollAfterMs('waiting', inLine.position),
  };
};

export const aliveFrame = (serverMs: number): string =>
  JSON.stringify({ type: 'alive', serverTime: iso(serverMs) } satisfies ServerMessage);

/** Changes that are sent to every socket at once; mere counts follow each socket's cadence. */
export const urgentFingerprint = ({ waiting: _w, lobby: _l, active: _a, serverTime: _t, stock, ...rest }: Sale): string =>
  JSON.stringify({ ...rest, total: stock?.total, noneLeft: stock?.left === 0, noneHeld: stock?.held === 0 });

/** The same without texts, which change no estimate. */
export const estimateFingerprint = ({ title: _t, message: _m, ...rest }: Sale): string => urgentFingerprint({ ...rest, title: '' });
