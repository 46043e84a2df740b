import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { createLobbyDraw } from '../src/draw/lobby-draw.ts';

/** D6: no advantage. 200 draws of 1,000 entries, with fixed seeds: the same on every run. */
const draws = 200;
const entries = 1_000;
const groups = 10;
const ofGroup = entries / groups;

/** Ranks by arrival: `ranks[i]` is the seq − 1 of who came i-th. */
type Ranks = readonly number[];
const visitorsOf = (draw: number): string[] =>
  Array.from({ length: entries }, (_, i) => createHash('sha256').update(`visitor ${draw} ${i}`).digest('base64url').slice(0, 22));
const ranksOf = (arrivals: readonly string[], order: readonly string[]): Ranks => {
  const rank = new Map(order.map((visitorId, i) => [visitorId, i]));
  return arrivals.map((visitorId) => rank.get(visitorId)!);
};
const drawn = (draw: number, arrivals: readonly string[]): string[] => {
  const one = createLobbyDraw({ saleId: 'fair', generation: draw });
  one.add(arrivals);
  one.freeze();
  one.order(createHash('sha256').update(`seed ${draw}`).digest(), null);
  return one.orderPage(1, entries);
};

/** The upper 10⁻⁶ quantile of χ² with 81 degrees of freedom: tables of ten groups by ten, all sums of rows and columns given. */
const limit = 156.45;
/** Pearson's χ² of arrival against rank. */
const chiSquare = (ranksOfDraw: (draw: number) => Ranks): number => {
  const counts = Array.from({ length: groups }, () => new Array<number>(groups).fill(0));
  for (let draw = 0; draw < draws; draw++)
    for (const [arrival, rank] of ranksOfDraw(draw).entries()) counts[Math.floor(arrival / ofGroup)]![Math.floor(rank / ofGroup)]! += 1;
  const expected = (draws * entries) / groups ** 2;
  return counts.flat().reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
};

describe('who came early', () => {
  it('has no better place: rank and arrival are independent', () => {
    const statistic = chiSquare((draw) => {
      const arrivals = visitorsOf(draw);
      return ranksOf(arrivals, drawn(draw, arrivals));
    });
    expect(statistic).toBeLessThan(limit);
    // Nor is the order too even to be random.
    expect(statistic).toBeGreaterThan(20);
  });

  it('is told by the same statistic from an order of arrival', () => {
    expect(chiSquare(() => Array.from({ length: entries }, (_, i) => i))).toBeGreaterThan(limit);
  });

  it('is told by the same statistic from a draw in which one in ten of the first hundred moves to the front', () => {
    const statistic = chiSquare((draw) => {
      const arrivals = visitorsOf(draw);
      const preferred = new Set(arrivals.slice(0, ofGroup).filter((_, i) => i % 10 === 0));
      const order = drawn(draw, arrivals);
      return ranksOf(arrivals, [...order.filter((id) => preferred.has(id)), ...order.filter((id) => !preferred.has(id))]);
    });
    expect(statistic).toBeGreaterThan(limit);
  });
});
