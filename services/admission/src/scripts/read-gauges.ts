import type { SaleStatus } from '@sunbeon/contracts';
import { defineScript, type NoSale } from '@sunbeon/runtime';

/** Stats of a sale exported by its leader. */
export interface Gauges {
  /** Redis's clock. */
  nowMs: number;
  status: SaleStatus;
  admitPerSecond: number;
  activeLimit: number;
  /** 1 for a gate. */
  perVisitorLimit: number;
  isGate: boolean;
  flow: {
    joined: number;
    admitted: number;
    leftQueue: number;
    leftActive: number;
    claimMissed: number;
    sessionOver: number;
    purchased: number;
    claimed: number;
    events: number;
    completed: number;
    abandoned: number;
    cancelledTickets: number;
  };
  /** Of a rush that costs joins a proof of work; 0 for none. */
  proofLevel: number;
  /** Level of the admission bucket. */
  bucket: number;
  stock: { total: number; left: number; held: number; sold: number };
  waiting: number;
  active: number;
  lobby: number;
  holds: number;
  streamEntries: number;
  /** What the last tick stored; see forecast/stored.ts. '' for none. */
  forecast: string;
}

type Texts = (string | null)[];
type Reply = [] | [SaleStatus, Texts, Texts, Texts, [string, number, number, number, number, number]];

export const readGauges = defineScript<null, ({ outcome: 'read' } & Gauges) | NoSale>({
  name: 'admission/read-gauges',
  url: new URL('./read-gauges.lua', import.meta.url),
  keys: ['sale', 'flow', 'queue', 'active', 'stock', 'holds', 'events', 'lobby'],
  arguments: () => [],
  decode: (reply) => {
    const rows = reply as Reply;
    if (rows.length === 0) return { outcome: 'no_sale' };
    const [status, settings, flow, stock, [now, waiting, active, holds, streamEntries, lobby]] = rows;
    const [admitPerSecond, activeLimit, limit] = settings.slice(0, 3).map(Number) as [number, number, number];
    const [
      joined,
      admitted,
      leftQueue,
      leftActive,
      expired,
      claimMissed,
      purchased,
      claimed,
      events,
      bucket,
      completed,
      abandoned,
      proofLevel,
      cancelledTickets,
    ] = flow.slice(0, 14).map(Number) as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const [total, left, held, sold] = stock.map(Number) as [number, number, number, number];
    return {
      outcome: 'read',
      nowMs: Number(now),
      status,
      admitPerSecond,
      activeLimit,
      perVisitorLimit: limit || 1,
      isGate: settings[3] === 'gate',
      forecast: flow[14] ?? '',
      bucket,
      proofLevel,
      waiting,
      active,
      lobby,
      holds,
      streamEntries,
      flow: {
        joined,
        admitted,
        leftQueue,
        leftActive,
        claimMissed,
        sessionOver: expired - claimMissed,
        purchased,
        claimed,
        events,
        completed,
        abandoned,
        cancelledTickets,
      },
      stock: { total, left, held, sold },
    };
  },
});
