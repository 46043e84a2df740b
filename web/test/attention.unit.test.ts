import { describe, expect, it } from '@jest/globals';
import { attention } from '@sunbeon/contracts/attention';
import { sampleColumns, type SampleColumn } from '@sunbeon/contracts/samples';
import type { OperatorSale, SaleStats } from '@sunbeon/contracts/schemas';
import { attentionOf } from '../features/operator/attention.ts';
import { noView, reduceSale, type SaleView } from '../features/operator/view.ts';

type Counts = Partial<Record<SampleColumn, number>>;
const row = (atSeconds: number, counts: Counts = {}): number[] =>
  sampleColumns.map((name) => (name === 'atMs' ? atSeconds * 1_000 : (counts[name] ?? 0)));
/** A row a second. */
const rows = (seconds: number, of: (second: number) => Counts): number[][] =>
  Array.from({ length: seconds + 1 }, (_, second) => row(second, of(second)));
const timeOf = (seconds: number): string => new Date(seconds * 1_000).toISOString();

const openSale = {
  kind: 'shop',
  status: 'open',
  soldOut: false,
  active: 0,
  stock: { total: 9, left: 9, held: 0, sold: 0 },
  serverTime: timeOf(100),
  lastTickAt: timeOf(100),
} as OperatorSale;
const saleOf = (more: Partial<OperatorSale> = {}): OperatorSale => ({ ...openSale, ...more });
const statsOf = (sale: OperatorSale, more: Partial<SaleStats> = {}): SaleStats => ({
  sale,
  purchases: 0,
  events: 1,
  gateways: 1,
  browsers: 0,
  refused: 0,
  redisSeconds: 0.004,
  estimates: 0,
  estimateErrorSeconds: 0,
  invariants: [],
  samples: [],
  ...more,
});
/** With samples, at the time of the last one. */
const seen = (sale: OperatorSale, more: Partial<SaleStats> = {}, view: SaleView = noView): SaleView => {
  const lastMs = more.samples?.at(-1)?.[0];
  const at = lastMs === undefined ? {} : { serverTime: timeOf(lastMs / 1_000), lastTickAt: timeOf(lastMs / 1_000) };
  return reduceSale(view, { type: 'stats', stats: statsOf({ ...sale, ...at }, more), nowMs: 0 });
};
const codes = (view: SaleView, ageMs: number | null = 0): string[] => attentionOf(view, ageMs).map(({ code }) => code);

describe('no leader', () => {
  it('is a sale that needs one without a tick for longer than a fail-over', () => {
    const silent = (seconds: number, more: Partial<OperatorSale> = {}) =>
      attentionOf(seen(saleOf({ lastTickAt: timeOf(100 - seconds), ...more })), 0);
    expect(silent(attention.no_leader.forSeconds)).toEqual([]);
    expect(silent(16)).toEqual([{ code: 'no_leader', figures: { seconds: 16 } }]);
    for (const status of ['lobby', 'drawing', 'paused'] as const) expect(silent(16, { status })).toHaveLength(1);
    for (const status of ['scheduled', 'closed'] as const) {
      expect(silent(16, { status })).toEqual([]);
      expect(silent(16, { status, active: 1 })).toHaveLength(1);
      expect(silent(16, { status, stock: { ...openSale.stock!, held: 1 } })).toHaveLength(1);
    }
  });

  it('is none of a sale that opens, and has no tick or one from before', () => {
    const before = saleOf({ status: 'closed', lastTickAt: timeOf(10) });
    const opened = seen(saleOf({ lastTickAt: timeOf(10), serverTime: timeOf(101) }), {}, seen(before));
    expect(codes(opened)).toEqual([]);
    expect(codes(seen(saleOf({ lastTickAt: timeOf(10), serverTime: timeOf(116) }), {}, opened))).toEqual([]);
    expect(codes(seen(saleOf({ lastTickAt: timeOf(10), serverTime: timeOf(117) }), {}, opened))).toEqual(['no_leader']);
    const { lastTickAt: _, ...fresh } = openSale;
    expect(codes(seen(fresh))).toEqual([]);
    expect(codes(seen({ ...fresh, serverTime: timeOf(116) }, {}, seen(fresh)))).toEqual(['no_leader']);
  });

  it('is also said when no instance answers any more, and not for a lost network of the reader', () => {
    const failed = (code: string, status: number) =>
      reduceSale(seen(saleOf()), { type: 'failed', failure: { code, status, isProblem: true } as never });
    expect(codes(failed('unavailable', 503), 15_000)).toEqual([]);
    expect(attentionOf(failed('unavailable', 503), 15_600)).toEqual([{ code: 'no_leader', figures: { seconds: 16 } }]);
    expect(codes(failed('unreachable', 0), 60_000)).toEqual([]);
  });
});

describe('a pace that is not kept', () => {
  const line: Counts = { waiting: 9, active: 3, activeLimit: 5, left: 7, paceWanted: 10 };
  const at = (perSecond: number, more: (second: number) => Counts = () => ({}), seconds = 300) =>
    attentionOf(
      seen(saleOf(), { samples: rows(seconds, (second) => ({ ...line, admitted: 50 + second * perSecond, ...more(second) })) }),
      0,
    );
  it('differs by more than a share and a few, in both directions, for the whole time', () => {
    expect(at(10)).toEqual([]);
    // 3,000 are wanted; 5 % and two are 152.
    expect(at(2_848 / 300)).toEqual([]);
    expect(at(2_847 / 300)).toMatchObject([{ code: 'pace_off', figures: { expected: 3_000, minutes: 5 } }]);
    expect(at(3_152 / 300)).toEqual([]);
    expect(at(3_153 / 300)).toHaveLength(1);
    expect(at(5, () => ({}), 299)).toEqual([]);
    expect(at(5, () => ({}), 400)).toMatchObject([{ figures: { admitted: 1_500, expected: 3_000 } }]);
  });
  it('is none where for a moment nobody could be admitted, or the pace was another', () => {
    expect(at(5)).toHaveLength(1);
    const once = (counts: Counts) => at(5, (second) => (second === 100 ? counts : {}));
    for (const counts of [{ waiting: 0 }, { active: 5 }, { activeLimit: 3 }, { left: 0 }, { paceWanted: 0 }, { paceWanted: 11 }]) {
      expect([counts, once(counts)]).toEqual([counts, []]);
    }
    expect(at(5, () => ({ paceWanted: 0 }))).toEqual([]);
  });
  it('is unknown over a gap and in rows of an older version; a gate has no stock', () => {
    const samples = rows(300, (second) => ({ ...line, admitted: second * 5 }));
    expect(codes(seen(saleOf(), { samples: samples.filter((_, i) => i < 100 || i > 120) }))).toEqual([]);
    expect(codes(seen(saleOf(), { samples: samples.map((columns) => columns.slice(0, sampleColumns.indexOf('activeLimit'))) }))).toEqual(
      [],
    );
    const gate = saleOf({ kind: 'gate', stock: undefined });
    expect(codes(seen(gate, { samples: rows(300, (second) => ({ ...line, left: 0, admitted: second * 5 })) }))).toEqual(['pace_off']);
  });
});

describe('browsers that drop', () => {
  /** Falls at second 100. */
  const fall = (seconds: number, from: Counts, to: Counts, sale = saleOf()) =>
    attentionOf(
      seen(sale, {
        samples: rows(100 + seconds, (second) => ({ waiting: 100, ...(second < 100 ? from : to) })),
      }),
      0,
    );
  it('are fewer than a minute before for a while, although the line stays', () => {
    expect(fall(14, { browsers: 100 }, { browsers: 69 })).toEqual([]);
    expect(fall(15, { browsers: 100 }, { browsers: 69 })).toEqual([{ code: 'browsers_dropping', figures: { before: 100, now: 69 } }]);
    expect(fall(15, { browsers: 100 }, { browsers: 70 })).toEqual([]);
    expect(fall(59, { browsers: 100 }, { browsers: 69 })).toHaveLength(1);
    expect(fall(60, { browsers: 100 }, { browsers: 69 })).toEqual([]);
    expect(fall(15, { browsers: 20 }, { browsers: 0 })).toHaveLength(1);
    expect(fall(15, { browsers: 19 }, { browsers: 0 })).toEqual([]);
  });
  it('are none when the line goes with them, or the sale is over', () => {
    expect(fall(15, { browsers: 100 }, { browsers: 0, waiting: 90 })).toHaveLength(1);
    expect(fall(15, { browsers: 100 }, { browsers: 0, waiting: 89 })).toEqual([]);
    expect(fall(15, { browsers: 100, waiting: 0 }, { browsers: 0, waiting: 0 })).toEqual([]);
    expect(fall(15, { browsers: 100 }, { browsers: 0 }, saleOf({ status: 'closed' }))).toEqual([]);
    expect(fall(15, { browsers: 100 }, { browsers: 0 }, saleOf({ soldOut: true }))).toEqual([]);
  });
});

describe('what the figures say at once', () => {
  it('names broken invariants, and no unknown ones', () => {
    const invariants = (['broken', 'holds', 'unknown', 'broken'] as const).map((verdict, i) => ({
      invariant: `I${i + 1}`,
      title: 'T',
      verdict,
      text: 'x',
    }));
    expect(attentionOf(seen(saleOf(), { invariants }), 0)).toEqual([
      { code: 'invariant_broken', figures: { count: 2 }, invariants: ['I1', 'I4'] },
    ]);
    expect(codes(seen(saleOf(), { invariants: invariants.slice(1, 3) }))).toEqual([]);
  });

  it('takes Redis for slow after three slow figures in a row', () => {
    const read = (...seconds: number[]): SaleView => seconds.reduce((view, redisSeconds) => seen(saleOf(), { redisSeconds }, view), noView);
    expect(codes(read(0.101, 0.2))).toEqual([]);
    expect(attentionOf(read(0.101, 0.2, 0.3), 0)).toEqual([{ code: 'redis_slow', figures: { seconds: 0.3 } }]);
    expect(codes(read(0.2, 0.2, 0.1, 0.2, 0.2))).toEqual([]);
    expect(codes(read(0.2, 0.2, 0.2, 0.1))).toEqual([]);
  });

  it('counts refusals, and says nothing for a service of an older version', () => {
    expect(attentionOf(seen(saleOf(), { refused: 3 }), 0)).toEqual([{ code: 'gateways_refusing', figures: { count: 3 } }]);
    const { refused: _, redisSeconds: __, ...older } = statsOf(saleOf());
    expect(codes(reduceSale(noView, { type: 'stats', stats: older as SaleStats, nowMs: 0 }))).toEqual([]);
  });

  it('puts the most urgent first, and has nothing before the first figures', () => {
    const invariants = [{ invariant: 'I1', title: 'T', verdict: 'broken' as const, text: 'x' }];
    expect(codes(seen(saleOf({ lastTickAt: timeOf(0) }), { refused: 1, invariants }))).toEqual([
      'no_leader',
      'invariant_broken',
      'gateways_refusing',
    ]);
    expect(codes(noView, null)).toEqual([]);
  });
});
