import { describe, expect, it } from '@jest/globals';
import { chanceOf, sampleColumns, type SampleColumn } from '@sunbeon/contracts';
import fc from 'fast-check';
import { measure } from '../../../tools/forecast/measure.ts';
import { shapesOf } from '../../../tools/forecast/shapes.ts';
import { binsOf, errorsOf, worstOf } from '../../../tools/forecast/tally.ts';
import { observe, type Demand, type SaleCounts } from '../src/forecast/demand.ts';
import { forecastOf, sufficeFor } from '../src/forecast/forecast.ts';
import { noShowRateOf, waitsOf } from '../src/forecast/recent.ts';
import { nextForecast, pastOf } from '../src/forecast/stored.ts';
import { toldForecast } from '../src/forecast/told.ts';

const start: SaleCounts = {
  atMs: 0,
  isOpen: true,
  admitted: 0,
  waiting: 5_000,
  active: 0,
  joined: 5_000,
  leftQueue: 0,
  taken: 0,
  orders: 0,
  left: 1_000,
  held: 0,
  perVisitorLimit: 2,
  admitPerSecond: 10,
  activeLimit: 100_000,
};
/** A sale in which ten are admitted a second, and half of them buy one ticket twenty seconds later. */
const after = (seconds: number, change: Partial<SaleCounts> = {}): SaleCounts => {
  const orders = 5 * Math.max(0, seconds - 20);
  return {
    ...start,
    atMs: seconds * 1_000,
    admitted: 10 * seconds,
    waiting: 5_000 - 10 * seconds,
    active: 10 * Math.min(seconds, 20),
    taken: orders,
    orders,
    left: 1_000 - orders,
    ...change,
  };
};
const pastAt = (seconds: number): Demand => {
  let past: Demand | null = null;
  for (let second = 0; second <= seconds; second += 1) past = observe(past, after(second));
  return past!;
};

describe('the forecast', () => {
  it('is unknown until some visitors have had time to buy', () => {
    expect(forecastOf(pastAt(10), after(10))).toMatchObject({ yields: null, soldOut: null, chances: [] });
    expect(toldForecast('', after(10))).toEqual({});
  });

  it('tells tickets per admission, the end of the stock and the last place that gets some', () => {
    const { yields, soldOut, chances } = forecastOf(pastAt(100), after(100));
    expect(yields!.mean).toBeGreaterThan(0.45);
    expect(yields!.mean).toBeLessThan(0.55);
    // 600 tickets are left, and five are taken a second.
    expect(soldOut!.from).toBeLessThan(120);
    expect(soldOut!.to).toBeGreaterThan(120);
    expect(chanceOf('open', chances, 800)).toBeGreaterThan(0.9);
    expect(chanceOf('open', chances, 1_700)).toBeLessThan(0.1);
  });

  it('has no times while the sale is paused, and chances all the same', () => {
    const { soldOut, lineEmpty, chances } = forecastOf(pastAt(100), after(100, { isOpen: false }));
    expect([soldOut, lineEmpty]).toEqual([null, null]);
    expect(chances.length).toBeGreaterThan(0);
  });

  it('of a gate tells when nobody waits, and no chance', () => {
    const { soldOut, lineEmpty, chances } = forecastOf(pastAt(100), after(100, { left: null }));
    expect([soldOut, chances]).toEqual([null, []]);
    expect(lineEmpty!.from).toBeLessThanOrEqual(400);
    expect(lineEmpty!.to).toBeGreaterThanOrEqual(400);
  });

  it('is not told from a past that no leader went on with', () => {
    const stored = JSON.stringify(pastAt(100));
    expect(toldForecast(stored, after(100)).forecast?.soldOut).toBeDefined();
    expect(toldForecast(stored, { ...after(100), atMs: 120_000 }).forecast).toBeUndefined();
  });

  it('has chances that fall with the position, between 0.01 and 1, whatever the counts', () => {
    const count = fc.integer({ min: 0, max: 1_000_000 });
    fc.assert(
      fc.property(
        count,
        count,
        count,
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 30, max: 400 }),
        (left, held, leftQueue, limit, seconds) => {
          const now = after(seconds, { left, held, leftQueue, perVisitorLimit: limit });
          const { chances, soldOut } = forecastOf(pastAt(seconds), now);
          const told = [1, 10, 100, 1_000, 10_000, 1e9].map((position) => chanceOf('open', chances, position));
          if (chances.length === 0) return told.every((one) => one === undefined);
          expect(chances.every(([position], i) => Number.isInteger(position) && position >= (chances[i - 1]?.[0] ?? 0))).toBe(true);
          expect(told.every((one, i) => one! >= 0.01 && one! <= (told[i - 1] ?? 1))).toBe(true);
          return soldOut === null || soldOut.to === undefined || soldOut.from <= soldOut.to;
        },
      ),
      { numRuns: 30 },
    );
  });

  it('says of a stock that it suffices for fewer visitors, and as likely as not for those who take it on the mean', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.double({ min: 0.05, max: 4, noNaN: true }),
        fc.integer({ min: 1, max: 1e6 }),
        (left, mean, visitors) => {
          const demand = { mean, deviation: mean / 10, variance: mean };
          expect(sufficeFor(left, left / mean, demand)).toBeCloseTo(0.5, 6);
          expect(sufficeFor(left, 0, demand)).toBe(1);
          // One standard deviation, 84.1 %.
          const sure = mean * visitors + Math.hypot(demand.deviation * visitors, Math.sqrt(demand.variance * visitors));
          expect(sufficeFor(sure, visitors, demand)).toBeCloseTo(0.8413, 3);
          return sufficeFor(left, visitors, demand) >= sufficeFor(left, visitors + 1, demand);
        },
      ),
    );
  });

  it('counts with all delays that explain the orders: early, those who bought nothing may be about to', () => {
    const sure = forecastOf(pastAt(100), after(100)).yields!;
    const early = forecastOf(pastAt(40), after(40)).yields!;
    expect(early.deviation / early.mean).toBeGreaterThan(2 * (sure.deviation / sure.mean));
    for (const { cases } of [sure, early]) expect(cases.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 9);
  });
});

describe('what a tick stores', () => {
  it('is one or two kilobytes from which another leader goes on', () => {
    let text = '';
    for (let second = 0; second <= 100; second += 1) text = nextForecast(text, after(second))?.forecast ?? text;
    expect(text.length).toBeLessThan(2_048);
    const [stored, kept] = [pastOf(text)!, pastAt(100)];
    expect(forecastOf(stored, after(100)).chances).toEqual(forecastOf(kept, after(100)).chances);
  });

  it('is nothing for a sale in which nothing happens, and begins anew after an unreadable one', () => {
    const idle = { ...start, waiting: 0, joined: 0 };
    const first = nextForecast('', idle)!;
    expect(nextForecast(first.forecast, { ...idle, atMs: 1_000 })).toBeNull();
    expect(nextForecast('not JSON', idle)).toEqual(first);
    // Another version had other delays.
    expect(observe({ ...pastAt(5), steps: [[0]] }, after(6)).steps).toEqual(observe(null, after(6)).steps);
  });
});

describe('figures of the last minutes', () => {
  const row = (values: Partial<Record<SampleColumn, number>>): number[] => sampleColumns.map((name) => values[name] ?? 0);
  const rows = Array.from({ length: 100 }, (_, i) => row({ atMs: i * 1_000, admitted: i * 10, lastWaitMs: i < 90 ? 5_000 : 60_000 }));

  it('weigh waits by the people who waited', () => {
    expect(waitsOf(rows, 99_000)).toEqual({ p50: 5_000, p95: 60_000 });
    expect(waitsOf(rows.slice(0, 90), 99_000)).toEqual({ p50: 5_000, p95: 5_000 });
    expect(waitsOf(rows, 500_000)).toBeUndefined();
  });

  it('compare missed claims with those admitted a claim window ago', () => {
    expect(noShowRateOf(rows, { nowMs: 99_000, claimSeconds: 60, claimed: 500, claimMissed: 78 })).toBe(0.2);
    expect(noShowRateOf(rows.slice(60), { nowMs: 99_000, claimSeconds: 60, claimed: 500, claimMissed: 0 })).toBeUndefined();
    expect(noShowRateOf(rows, { nowMs: 99_000, claimSeconds: 600, claimed: 75, claimMissed: 25 })).toBe(0.25);
  });
});

// Every third of the twenty in npm test, all in npm run test:long.
const step = process.env['TEST_LONG'] === '1' ? 1 : 3;
describe('in rehearsals of different shape (npm run forecast has more)', () => {
  const all = shapesOf(1)
    .filter((_, i) => i % step === 0)
    .map((shape) => measure(shape));

  it('the time at which a sale is sold out is in nine ranges of ten, and half of the forecasts err by less than a tenth', () => {
    const { forecasts, within, p50 } = errorsOf(all);
    expect(forecasts).toBeGreaterThan(500 / step);
    expect(within).toBeGreaterThan(0.85);
    expect(p50).toBeLessThan(0.1);
  });

  it('tickets are left as often as people were told', () => {
    const bins = binsOf(all.flatMap(({ said }) => said));
    expect(bins.length).toBe(10);
    expect(worstOf(bins, 50)).toBeLessThan(0.2);
    // Where low chances were said, people were not given too much hope.
    expect(Math.max(...bins.filter(({ said }) => said < 0.4).map(({ said, happened }) => said - happened))).toBeLessThan(0.15);
  });
});
