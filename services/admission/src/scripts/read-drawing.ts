import { defineScript } from '@sunbeon/runtime';
import { isStopped, type Stopped } from './drawing.ts';

/** Where a draw stands. Times in ms by Redis's clock. */
export interface Drawing {
  outcome: 'drawing';
  nowMs: number;
  generation: number;
  beacon: 'none' | 'drand';
  /** Members of the lobby. */
  size: number;
  /** Null before the freeze. */
  frozen: { count: number; root: string; atMs: number } | null;
  /** Null without a beacon, and before the freeze. */
  round: { round: number; status: 'pending' | 'verified' | 'unavailable'; randomness: string } | null;
  /** Seqs that are written. */
  written: number;
}

/** Reads the state of the draw of a sale for the leader of an epoch. */
export const readDrawing = defineScript<number, Drawing | { outcome: Stopped }>({
  name: 'admission/read-drawing',
  url: new URL('./read-drawing.lua', import.meta.url),
  keys: ['sale', 'flow', 'lobby'],
  arguments: (epoch) => [epoch],
  decode: (reply) => {
    const [outcome, now, generation, beacon, size, count, root, frozenAt, round, status, randomness, written] = reply as string[];
    if (isStopped(outcome!)) return { outcome };
    return {
      outcome: 'drawing',
      nowMs: Number(now),
      generation: Number(generation),
      beacon: beacon === 'drand' ? 'drand' : 'none',
      size: Number(size),
      frozen: frozenAt === '' ? null : { count: Number(count), root: root!, atMs: Number(frozenAt) },
      round:
        round === '' ? null : { round: Number(round), status: status as 'pending' | 'verified' | 'unavailable', randomness: randomness! },
      written: Number(written),
    };
  },
});
