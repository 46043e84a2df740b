import type { SaleStatus } from '@sunbeon/contracts';
import { defineScript, type NoSale } from '@sunbeon/runtime';

/** Stats of a sale exported by its leader. */
export interface Gauges {
  status: SaleStatus;
  admitPerSecond: number;
  activeLimit: number;
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
}

type Texts = (string | null)[];
type Reply = [] | [SaleStatus, Texts, Texts, Texts, [number, number, number, number, number]];

export const readGauges = defineScript<null, ({ outcome: 'read' } & Gauges) | NoSale>({
  name: 'admission/read-gauges',
  url: new URL('./read-gauges.lua', import.meta.url),
  keys: ['sale', 'flow', 'queue', 'active', 'stock', 'holds', 'events', 'lobby'],
  arguments: () => [],
  decode: (reply) => {
    const rows = reply as Reply;
    if (rows.length === 0) return { outcome: 'no_sale' };
    const [status, settings, flow, stock, [waiting, active, holds, streamEntries, lobby]] = rows;
    const [admitPerSecond, activeLimit] = settings.map(Number) as [number, number];
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
    ] = flow.map(Number) as [number, number, number, number, number, number, number, number, number, number, number, number, number];
    const [total, left, held, sold] = stock.map(Number) as [number, number, number, number];
    return {
      outcome: 'read',
      status,
      admitPerSecond,
      activeLimit,
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
      },
      stock: { total, left, held, sold },
    };
  },
});
