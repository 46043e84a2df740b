import { describe, expect, it } from '@jest/globals';
import { cadence } from '@sunbeon/contracts';
import fc from 'fast-check';
import { isDue, mayBeDue, nextCheckAfter } from '../src/live/broadcast/position-due.ts';
import { createLeftSeqs } from '../src/live/stream/left-seqs.ts';
import { applyEvent, createMirror, isWaiting, advancedOf, positionOf, type Mirror } from '../src/live/stream/mirror.ts';

/** These seqs as a bitmap of Redis. */
const bitmapOf = (numbers: readonly number[]): Uint8Array => {
  const bits = new Uint8Array(Math.floor(Math.max(0, ...numbers) / 8) + 1);
  for (const seq of numbers) bits[seq >> 3]! |= 0x80 >> (seq & 7);
  return bits;
};
const mirrorOf = (frontier: number, departed: readonly number[]): Mirror =>
  createMirror({
    event: 0,
    frontier,
    pace: 1,
    generation: 1,
    status: 'open',
    waiting: 0,
    active: 0,
    lastSeq: 0,
    bitmap: bitmapOf(departed),
  });

describe('departures', () => {
  it('count like a plain list, whether they were loaded or added, in any order, twice or once', () => {
    const numbers = fc.array(fc.integer({ min: 1, max: 5_000 }), { maxLength: 300 });
    fc.assert(
      fc.property(numbers, numbers, fc.integer({ min: 0, max: 6_000 }), (loaded, added, upTo) => {
        const leftSeqs = createLeftSeqs(bitmapOf(loaded));
        for (const seq of [...added, ...added]) leftSeqs.add(seq);
        const all = new Set([...loaded, ...added]);
        expect(leftSeqs.countUpTo(upTo)).toBe([...all].filter((seq) => seq <= upTo).length);
        expect(leftSeqs.total()).toBe(all.size);
        expect(leftSeqs.has(upTo)).toBe(all.has(upTo));
      }),
    );
  });

  it('of a million visitors take less than 300 KB', () => {
    const leftSeqs = createLeftSeqs();
    for (let seq = 1; seq <= 1_000_000; seq += 7) leftSeqs.add(seq);
    expect(leftSeqs.bytes()).toBeLessThan(300_000);
  });
});

describe('the mirror', () => {
  it('computes every position exactly, after any admissions and departures', () => {
    const step = fc.oneof(fc.record({ admit: fc.integer({ min: 1, max: 5 }) }), fc.record({ leave: fc.nat(199) }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let line = Array.from({ length: 200 }, (_, i) => i + 1);
        const mirror = mirrorOf(0, []);
        for (const [i, taken] of steps.entries()) {
          const number = i + 1;
          if ('admit' in taken) {
            const let_in = line.slice(0, taken.admit);
            line = line.slice(taken.admit);
            if (let_in.length === 0) continue;
            applyEvent(mirror, {
              type: 'admitted',
              number,
              atMs: 0,
              data: { through: let_in.at(-1)!, untilMs: 0, visitors: [], waiting: line.length, active: 0, epoch: 1 },
            });
          } else {
            const seq = line[taken.leave % Math.max(1, line.length)];
            if (seq === undefined) continue;
            line = line.filter((other) => other !== seq);
            applyEvent(mirror, { type: 'left', number, atMs: 0, data: { visitor: 'v', from: 'queue', seq } });
          }
        }
        for (let seq = 1; seq <= 200; seq += 1) {
          expect(isWaiting(mirror, seq)).toBe(line.includes(seq));
          if (line.includes(seq)) expect(positionOf(mirror, seq)).toBe(line.indexOf(seq) + 1);
        }
      }),
    );
  });

  it('knows the last seq of a drawn page, which counts those who left meanwhile among its visitors', () => {
    const mirror = mirrorOf(0, []);
    const page = (number: number, from: number, visitors: string[], left: number[]) =>
      applyEvent(mirror, { type: 'drawn', number, atMs: 0, data: { from, visitors, left, waiting: 0 } });
    page(1, 1, ['a', 'b', 'c'], [2]);
    expect([mirror.lastSeq, mirror.leftSeqs.total()]).toEqual([3, 1]);
    page(2, 4, ['d', 'e'], [4, 5]);
    expect([mirror.lastSeq, mirror.leftSeqs.total()]).toEqual([5, 3]);
  });
});

describe('the cadence', () => {
  it('never skips a due position', () => {
    const numbers = fc.integer({ min: 1, max: 3_000 });
    fc.assert(
      fc.property(
        numbers,
        numbers,
        fc.nat(20_000),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(50),
        fc.double({ min: 0, max: 500, noNaN: true }),
        (position, moved, waitedMs, jitter, elsewhere, pace) => {
          // No position shrinks by more than the number removed from the line; departures behind count as removed and move no position.
          const lastSent = { position: position + moved, atMs: 0, advanced: 100 };
          const advanced = 100 + moved + elsewhere;
          if (!isDue(position, lastSent, waitedMs, pace, jitter)) return;
          expect(mayBeDue(lastSent, advanced, waitedMs, pace, jitter)).toBe(true);
          const { untilMs, untilAdvanced } = nextCheckAfter(lastSent, pace, jitter);
          expect(waitedMs >= untilMs || advanced >= untilAdvanced).toBe(true);
        },
      ),
    );
  });

  it('is each second near the front, every ten at most further back, and after a sixth of a long wait', () => {
    const far = { position: 5_000, atMs: 0, advanced: 0 };
    const due = (waitedMs: number, pace: number, jitter = 0): boolean => isDue(4_000, far, waitedMs, pace, jitter);
    expect([due(cadence.farMs - 1, 500), due(cadence.farMs, 500)]).toEqual([false, true]);
    // 100 s to wait: every 16.7 s. At most every 18.4, also when the line stands still.
    expect([due(16_666, 50), due(16_667, 50), due(18_399, 0.1), due(18_400, 0.1), due(18_399, 0), due(18_400, 0)]).toEqual([
      false,
      true,
      false,
      true,
      false,
      true,
    ]);
    // Updates of a crowd are spread, and never more frequent.
    expect([due(cadence.farMs, 500, 1), due((1 + cadence.spread) * cadence.farMs, 500, 1)]).toEqual([false, true]);
    expect(isDue(5_000, far, 60_000, 50, 0)).toBe(false);
    // Pings share the writes of a moving line.
    expect(cadence.farthestMs * (1 + cadence.spread) + cadence.visitMs).toBeLessThanOrEqual(cadence.pingMs);
    expect(2 * cadence.pingAlongMs).toBeLessThanOrEqual(cadence.pingMs);
    expect(isDue(90, { position: 100, atMs: 0, advanced: 0 }, 1_000, 50, 0)).toBe(true);
  });

  it('counts everything that may shorten a line', () => {
    expect(advancedOf(mirrorOf(10, [3, 12, 15]))).toBe(13);
  });
});
