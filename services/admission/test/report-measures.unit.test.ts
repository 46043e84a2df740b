import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { estimatesOf, fewer, paceKeptOf, waitsOf, type Row } from '../src/report/measures.ts';
import { rowOf } from '../src/report/read-rows.ts';

const row = (atMs: number, of: Partial<Row>): Row => ({ ...rowOf([]), atMs, ...of });

/** A line by the second: `joins[t]` people come, `pace[t]` are admitted in order; every `leaves`-th number departs first. */
const simulate = (joins: readonly number[], pace: readonly number[], leaves: number) => {
  const joinedAt: number[] = [];
  const waits: number[] = [];
  const rows: Row[] = [row(0, {})];
  let [frontier, admitted] = [0, 0];
  for (let t = 0; t < joins.length; t += 1) {
    for (let i = 0; i < joins[t]!; i += 1) joinedAt.push(t + (i + 0.5) / joins[t]!);
    for (let free = pace[t]!; free > 0 && frontier < joinedAt.length; frontier += 1) {
      if (leaves > 0 && (frontier + 1) % leaves === 0) continue;
      waits.push(t + 1 - joinedAt[frontier]!);
      admitted += 1;
      free -= 1;
    }
    rows.push(row((t + 1) * 1_000, { joined: joinedAt.length, frontier, admitted, waiting: joinedAt.length - frontier, paceWanted: 5 }));
  }
  waits.sort((a, b) => a - b);
  return { rows, waits };
};

describe('waits', () => {
  it('follow from two curves: those of every visitor, to two ticks', () => {
    const seconds = fc.integer({ min: 5, max: 120 });
    const line = seconds.chain((length) =>
      fc.record({
        joins: fc.array(fc.integer({ min: 0, max: 60 }), { minLength: length, maxLength: length }),
        pace: fc.array(fc.integer({ min: 0, max: 20 }), { minLength: length, maxLength: length }),
        leaves: fc.constantFrom(0, 3, 10),
      }),
    );
    fc.assert(
      fc.property(line, ({ joins, pace, leaves }) => {
        const { rows, waits } = simulate(joins, pace, leaves);
        const found = waitsOf(rows);
        if (waits.length === 0) return found === null;
        const real = (share: number) => waits[Math.min(waits.length - 1, Math.ceil(share * waits.length) - 1)]!;
        return (
          found!.measured === waits.length &&
          Math.abs(found!.longestSeconds - waits.at(-1)!) <= 2 &&
          // A quantile may lie between two groups that waited very differently: it is right where one of one percent more or less is.
          [
            [found!.p50Seconds, 0.5],
            [found!.p95Seconds, 0.95],
          ].every(([value, share]) => value! >= real(Math.max(0.001, share! - 0.05)) - 2 && value! <= real(Math.min(1, share! + 0.05)) + 2)
        );
      }),
      { seed: 20, numRuns: 300 },
    );
  });

  it('are as exact with a row a minute, over an hour', () => {
    const joins = Array.from({ length: 3_600 }, (_, t) => (t < 600 ? 10 : 1));
    const { rows, waits } = simulate(
      joins,
      joins.map(() => 3),
      0,
    );
    const minutes = rows.filter(({ atMs }) => atMs % 60_000 === 0);
    expect(Math.abs(waitsOf(minutes)!.p50Seconds - waits[Math.ceil(waits.length / 2) - 1]!)).toBeLessThan(15);
    expect(Math.abs(waitsOf(minutes)!.longestSeconds - waits.at(-1)!)).toBeLessThan(30);
  });

  it('of numbers given before the first row count from it', () => {
    const rows = [row(0, { joined: 100 }), row(10_000, { joined: 100, frontier: 100, admitted: 100 })];
    expect(waitsOf(rows)).toMatchObject({ measured: 100, longestSeconds: 8.75 });
  });
});

describe('the pace that was kept', () => {
  const line = { waiting: 9, paceWanted: 10 };
  it('counts the time in which people waited, and no pause', () => {
    const rows = [
      row(0, line),
      row(10_000, { ...line, admitted: 50 }),
      row(20_000, { ...line, paceWanted: 0, admitted: 150 }),
      row(30_000, { ...line, paceWanted: 0, admitted: 150 }),
      row(40_000, { ...line, waiting: 0, admitted: 160 }),
    ];
    expect(paceKeptOf(rows)).toBe(0.5);
  });
  it('is unknown where nobody waited, and never above 1', () => {
    expect(paceKeptOf([row(0, { paceWanted: 10 }), row(10_000, { paceWanted: 10, admitted: 3 })])).toBeNull();
    expect(paceKeptOf([row(0, line), row(1_000, { ...line, admitted: 13 })])).toBe(1);
  });
});

it('estimates of a gateway that is gone are not taken back', () => {
  const rows = [
    row(0, { estimates: 10, estimateErrorSeconds: 5 }),
    row(1, { estimates: 4, estimateErrorSeconds: 2 }),
    row(2, { estimates: 14, estimateErrorSeconds: 3 }),
  ];
  expect(estimatesOf(rows)).toEqual({ count: 20, meanErrorSeconds: 0.3 });
  expect(estimatesOf([row(0, {})])).toBeNull();
});

it('fewer rows are even in time, not in number, with the first and the last', () => {
  const rows = [
    ...Array.from({ length: 100 }, (_, i) => ({ atMs: i * 60_000 })),
    ...Array.from({ length: 3_600 }, (_, i) => ({ atMs: 6_000_000 + i * 1_000 })),
  ];
  const some = fewer(rows, 96);
  expect([some.length, some[0], some.at(-1)]).toEqual([97, { atMs: 0 }, { atMs: 9_599_000 }]);
  expect(Math.max(...some.slice(1).map(({ atMs }, i) => atMs - some[i]!.atMs))).toBeLessThan(200_000);
  expect(fewer(rows.slice(0, 5), 96)).toEqual(rows.slice(0, 5));
  expect(fewer([], 96)).toEqual([]);
});
