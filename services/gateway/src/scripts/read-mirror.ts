import type { SaleStatus } from '@sunbeon/contracts';
import { defineScript, type NoSale } from '@sunbeon/runtime';

export interface MirrorSnapshot {
  /** Number of the last event. */
  event: number;
  frontier: number;
  pace: number;
  generation: number;
  status: SaleStatus;
  waiting: number;
  active: number;
  /** Highest seq given. */
  lastSeq: number;
  /** Bit seq: left the line before admission. */
  bitmap: Uint8Array;
}

export const readMirror = defineScript<null, ({ outcome: 'read' } & MirrorSnapshot) | NoSale>({
  name: 'gateway/read-mirror',
  url: new URL('./read-mirror.lua', import.meta.url),
  keys: ['sale', 'flow', 'queue', 'active', 'departed'],
  arguments: () => [],
  binary: true,
  decode: (reply) => {
    const rows = reply as Buffer[];
    if (rows.length === 0) return { outcome: 'no_sale' };
    const [event, frontier, pace, generation, status, waiting, active, lastSeq] = rows.slice(0, 8).map(String) as [
      string,
      string,
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    return {
      outcome: 'read',
      event: Number(event),
      frontier: Number(frontier),
      pace: Number(pace),
      generation: Number(generation),
      status: status as SaleStatus,
      waiting: Number(waiting),
      active: Number(active),
      lastSeq: Number(lastSeq),
      bitmap: rows[8]!,
    };
  },
});
