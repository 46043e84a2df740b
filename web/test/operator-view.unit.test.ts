import { describe, expect, it } from '@jest/globals';
import type { OperatorSale, SaleStats } from '@sunbeon/contracts/schemas';
import { actionsOf, byUrgency, matches } from '../features/operator/actions.ts';
import { attentionOf } from '../features/operator/attention.ts';
import { noView, reduceSale, type SaleView } from '../features/operator/view.ts';
import { displayStatusOf } from '../lib/sale-status.ts';

const sale = (more: Partial<OperatorSale> = {}): OperatorSale => ({
  saleId: 's',
  title: 'T',
  status: 'open',
  kind: 'shop',
  soldOut: false,
  stock: { total: 9, left: 9, held: 0, sold: 0 },
  waiting: 0,
  lobby: 0,
  active: 0,
  admitPerSecond: 5,
  activeLimit: 5,
  sessionSeconds: 1,
  perVisitorLimit: 1,
  identity: 'none',
  access: 'open',
  proofOfWork: 'off',
  timeZone: 'UTC',
  proofWanted: false,
  serverTime: '2031-01-01T00:00:01.000Z',
  claimSeconds: 1,
  holdSeconds: 1,
  maxExtensions: 2,
  proofOfWorkSeconds: 2,
  version: 1,
  epoch: 1,
  joined: 0,
  admitted: 0,
  left: 0,
  expired: 0,
  completed: 0,
  abandoned: 0,
  ...more,
});
const stats = (of: OperatorSale, samples: number[][] = []): SaleStats => ({
  sale: of,
  purchases: 0,
  events: 1,
  gateways: 1,
  browsers: 0,
  refused: 0,
  redisSeconds: 0.004,
  estimates: 0,
  estimateErrorSeconds: 0,
  invariants: [],
  samples,
});

describe("the console's view of a sale", () => {
  it('measures the time until the figures show an action', () => {
    let view = reduceSale(noView, { type: 'stats', stats: stats(sale()), nowMs: 1_000 });
    view = reduceSale(view, {
      type: 'acted',
      sale: sale({ version: 2, status: 'paused', serverTime: '2031-01-01T00:00:02.000Z' }),
      text: 'Paused',
      atMs: 1_500,
    });
    expect([view.sale?.status, view.effect?.seenAfterMs]).toEqual(['paused', null]);
    view = reduceSale(view, { type: 'stats', stats: stats(sale()), nowMs: 1_600 });
    expect([view.sale?.status, view.effect?.seenAfterMs]).toEqual(['paused', null]);
    view = reduceSale(view, {
      type: 'stats',
      stats: stats(sale({ version: 2, status: 'paused', serverTime: '2031-01-01T00:00:03.000Z' })),
      nowMs: 1_900,
    });
    expect(view.effect?.seenAfterMs).toBe(400);
    view = reduceSale(view, { type: 'stats', stats: stats(sale({ version: 3, serverTime: '2031-01-01T00:00:04.000Z' })), nowMs: 2_900 });
    expect(view.effect?.seenAfterMs).toBe(400);
  });

  it('keeps the last stats, and when they came, while new ones fail', () => {
    const before = reduceSale(noView, { type: 'stats', stats: stats(sale({ waiting: 7 })), nowMs: 1_000 });
    const after = reduceSale(before, { type: 'failed', failure: { code: 'unavailable', status: 503, isProblem: true } });
    expect(after).toMatchObject({ sale: { waiting: 7 }, receivedAtMs: 1_000, failure: { code: 'unavailable' }, missing: false });
    expect(reduceSale(after, { type: 'failed', failure: { code: 'sale_not_found', status: 404, isProblem: true } }).missing).toBe(true);
    expect(reduceSale(after, { type: 'stats', stats: stats(sale()), nowMs: 2_000 }).failure).toBeNull();
  });
});

describe('after a step back of the clock of Redis', () => {
  const at = (seconds: number, more: Partial<OperatorSale> = {}): SaleStats =>
    stats(sale({ serverTime: new Date(Date.UTC(2031, 0, 1) + seconds * 1_000).toISOString(), ...more }));
  const tick = (seconds: number) => ({ lastTickAt: new Date(Date.UTC(2031, 0, 1) + seconds * 1_000).toISOString() });
  const alarm = (view: SaleView): number | undefined => attentionOf(view, 0).find(({ code }) => code === 'no_leader')?.figures['seconds'];
  const read = (view: SaleView, read: SaleStats): SaleView => reduceSale(view, { type: 'stats', stats: read, nowMs: 1_000 });

  it('the figures go on; an answer that was overtaken replaces nothing', () => {
    const before = read(noView, at(600, { waiting: 7 }));
    expect(read(before, at(586, { waiting: 8 })).sale?.waiting).toBe(7);
    expect(read(before, at(300, { waiting: 8 })).sale?.waiting).toBe(8);
  });

  it('a leader is missed from then on, not before its first tick was due, nor only when the clock is there again', () => {
    let view = read(noView, at(600, tick(599)));
    view = read(view, at(300, tick(599)));
    expect(alarm(view)).toBeUndefined();
    expect(alarm(read(view, at(301, tick(301))))).toBeUndefined();
    expect(alarm(read(view, at(390, tick(599))))).toBe(90);
    // A page that was opened after the step.
    view = read(noView, at(300, tick(599)));
    expect([alarm(view), alarm(read(view, at(390, tick(599))))]).toEqual([undefined, 90]);
  });

  it('what a sale needed by the old clock is counted by the new one', () => {
    let view = read(noView, at(600, { status: 'scheduled' }));
    view = read(view, at(601));
    view = read(view, at(300));
    expect([alarm(view), alarm(read(view, at(390)))]).toEqual([undefined, 90]);
  });
});

describe('the actions on a sale', () => {
  it('are those that its status allows', () => {
    const verbs = (status: OperatorSale['status']) =>
      actionsOf({ status, kind: 'shop' }).filter((name) => ['open', 'pause', 'resume', 'close'].includes(name));
    expect([verbs('scheduled'), verbs('open'), verbs('paused'), verbs('closed')]).toEqual([
      ['open', 'close'],
      ['pause', 'close'],
      ['resume', 'close'],
      ['open'],
    ]);
  });

  it('leaves out the stock of a gate, which has none', () => {
    expect(actionsOf({ status: 'open', kind: 'shop' })).toEqual(['pause', 'close', 'stock', 'pace', 'cap', 'message']);
    expect(actionsOf({ status: 'open', kind: 'gate' })).toEqual(['pause', 'close', 'pace', 'cap', 'message']);
  });

  it('is looked for where it is needed: open sales first, found by title or id', () => {
    const all = [
      sale({ saleId: 'c', status: 'closed' }),
      sale({ saleId: 'b', status: 'paused' }),
      sale({ saleId: 'a', status: 'open', title: '봄' }),
    ];
    expect([...all].sort(byUrgency).map(({ saleId }) => saleId)).toEqual(['a', 'b', 'c']);
    expect(all.filter((one) => matches(one, ' 봄')).map(({ saleId }) => saleId)).toEqual(['a']);
    expect([displayStatusOf(sale({ soldOut: true })), displayStatusOf(sale({ soldOut: true, status: 'closed' }))]).toEqual([
      'sold_out',
      'closed',
    ]);
  });
});
