import { describe, expect, it } from '@jest/globals';
import { sampleColumns, type SampleColumn } from '@sunbeon/contracts/samples';
import {
  append,
  askAfter,
  estimateErrors,
  leaderChanges,
  perMinute,
  rateNow,
  rates,
  spread,
  summaryOf,
  within,
} from '../features/operator/history.ts';

const row = (atSeconds: number, stats: Partial<Record<SampleColumn, number>> = {}): number[] =>
  sampleColumns.map((name) => (name === 'atMs' ? atSeconds * 1_000 : (stats[name] ?? 0)));
const times = (rows: readonly (readonly number[])[]): number[] => rows.map(([atMs]) => atMs! / 1_000);

describe('the last hour of a sale', () => {
  it('adds only newer rows, however often they arrive, and drops those older than an hour', () => {
    const history = append([], [row(1), row(2)], 2_000);
    expect(times(append(history, [row(2), row(3)], 3_000))).toEqual([1, 2, 3]);
    expect(append(history, [row(1), row(2)], 2_000)).toBe(history);
    expect(times(append(history, [row(3_602)], 3_602_000))).toEqual([2, 3_602]);
    expect(times(within([row(0), row(50), row(100)], 50_000))).toEqual([50, 100]);
  });

  it('begins anew after a step back of the clock, and asks for all rows; an answer that was overtaken changes nothing', () => {
    const history = append([], [row(600), row(601)], 601_500);
    expect(append(history, [], 587_000)).toBe(history);
    expect(askAfter(601_000, [], 587_000)).toBe(601_000);
    // Those of Redis are still of before: none of them is of now.
    expect(append(history, [row(602)], 301_000)).toEqual([]);
    expect([askAfter(601_000, [], 301_000), askAfter(601_000, [row(602)], 301_000)]).toEqual([null, null]);
    expect(times(append(history, [row(301), row(302)], 302_500))).toEqual([301, 302]);
    expect(askAfter(null, [row(301), row(302)], 302_500)).toBe(302_000);
    expect(askAfter(302_000, [], 303_500)).toBe(302_000);
  });

  it('computes rates from totals, also across thinned samples, and none where they are unknown', () => {
    const history = [
      row(0, { admitted: 10 }),
      row(5, { admitted: 60 }),
      row(6, { admitted: 61 }),
      row(60, { admitted: 99 }),
      row(61, { admitted: 4 }),
    ];
    expect(rates(history, 'admitted')).toEqual([null, 10, 1, null, null]);
    // A tick that an operator's action causes follows another one at once.
    expect(rates([row(0), row(1), row(1.03, { admitted: 1 })], 'admitted')).toEqual([null, 0, 1 / 1.03]);
    expect(rateNow([row(0), row(5, { admitted: 20 }), row(10, { admitted: 20 })], 'admitted', 10_000)).toBe(2);
    expect(rateNow([row(0)], 'admitted', 10_000)).toBeNull();
  });

  it('counts what a total grew by within a minute, and nothing where a row of an older version lacks it', () => {
    const older = row(5).slice(0, sampleColumns.indexOf('completed'));
    const history = [older, row(10, { completed: 3 }), row(30, { completed: 4 }), row(65, { completed: 9 }), row(71, { completed: 9 })];
    expect(perMinute(history, 'completed')).toEqual([null, null, null, null, 5]);
    expect(perMinute(history.slice(1), 'completed')).toEqual([null, 1, 6, 5]);
    expect(rates(history, 'completed')).toEqual([null, null, null, null, 0]);
  });

  it('averages the errors of the estimates that ended within a minute', () => {
    const history = [
      row(0),
      row(30, { estimates: 2, estimateErrorSeconds: 8 }),
      row(60, { estimates: 4, estimateErrorSeconds: 8 }),
      row(95, { estimates: 4, estimateErrorSeconds: 8 }),
      row(130, { estimates: 4, estimateErrorSeconds: 8 }),
      row(131, { estimates: 1, estimateErrorSeconds: 0 }),
    ];
    expect(estimateErrors(history)).toEqual([null, 4, 2, null, null, null]);
  });

  it('finds the times of changes of leader', () => {
    expect(leaderChanges([row(1, { epoch: 1 }), row(2, { epoch: 1 }), row(5, { epoch: 2 })])).toEqual([5]);
  });

  it('is summed up in a sentence and a short table', () => {
    expect(summaryOf([null, 3, 1, 2, null])).toEqual({ last: 2, low: 1, high: 3 });
    expect(summaryOf([null])).toBeNull();
    expect(spread(3, 12)).toEqual([0, 1, 2]);
    expect(spread(3_600, 12)).toHaveLength(12);
    expect(spread(3_600, 12).at(-1)).toBe(3_599);
  });
});
