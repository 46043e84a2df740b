import { describe, expect, it } from '@jest/globals';
import type { Order } from '@sunbeon/contracts';
import {
  mostRecent,
  noCheckIn,
  reduceCheckIn,
  resultOf,
  type CheckInEvent,
  type CheckInView,
  type Result,
} from '../features/operator/check-in/check-in-view.ts';
import { codeOf, createSeen, isMeant, searchesOf } from '../features/operator/check-in/code.ts';
import { keptOf } from '../features/operator/check-in/kept-check-ins.ts';

const id = 'p_Q0mXx3oB2Zc7VbQ9aK1dTg';
const order: Order = {
  purchaseId: id,
  saleId: 'concert',
  visitorId: 'v',
  quantity: 3,
  state: 'paid',
  checkedInAt: '2026-05-01T10:00:00.000Z',
  reference: 'A-1',
  purchasedAt: '2026-05-01T09:00:00.000Z',
};

describe('a code at the door', () => {
  it('is a whole number wherever it stands, else something to search for', () => {
    for (const text of [id, ` ${id}\n`, `https://tickets.example/t?id=${id}&x=1`, `ID:${id}`])
      expect([text, codeOf(text)]).toEqual([text, { kind: 'id', purchaseId: id }]);
    for (const text of ['Q0mXx3', 'p_Q0mX', 'A-2025-0042', id.slice(2), `${id}x`, '7', '10023', 'Order 4711', '주문 7'])
      expect([text, codeOf(` ${text} `)]).toEqual([text, { kind: 'part', q: text }]);
    for (const text of ['x'.repeat(129), 'BEGIN:VCARD\nEND:VCARD', 'a\u0000b', 'a\u202eb'])
      expect([text, codeOf(text)]).toEqual([text, { kind: 'unreadable' }]);
    expect(codeOf('  ')).toEqual({ kind: 'empty' });
  });

  it('is searched for with the beginning that people leave out; a visitor’s id opens no door', () => {
    expect(['Q0mXx3', 'Q0mXx3oB', 'p_Q0mXx3', '10023', 'Order 4711'].map(searchesOf)).toEqual([
      ['Q0mXx3'],
      ['Q0mXx3oB', 'p_Q0mXx3oB'],
      ['p_Q0mXx3'],
      ['10023'],
      ['Order 4711'],
    ]);
    expect(['Q0mXx3', 'p_Q0mX', 'A-1', 'v', '0mXx3o'].map((q) => isMeant(order, q))).toEqual([true, true, true, false, false]);
  });

  it('of fewer than six characters is a reference in full: no beginning of an id, and none of a reference', () => {
    for (const q of ['p', 'p_', 'p_Q0m', 'Q', 'Q0mXx', 'A', 'A-', 'a-1']) expect([q, isMeant(order, q)]).toEqual([q, false]);
    expect(['10023', 'Order 4711'].map((q) => isMeant({ ...order, reference: q }, q))).toEqual([true, true]);
    expect(isMeant({ ...order, reference: 'Order 4711' }, 'Order 47')).toBe(false);
  });

  it('is told once while it stays before the camera', () => {
    const isNew = createSeen();
    const seen = [0, 100, 2_900, 5_800, 8_900].map((ms) => isNew(id, ms));
    expect(seen).toEqual([true, false, false, false, true]);
    expect(isNew('another', 8_950)).toBe(true);
    expect(isNew(id, 9_000)).toBe(false);
  });
});

describe('the answer at the door', () => {
  const run = (events: CheckInEvent[], from: CheckInView = noCheckIn) => events.reduce(reduceCheckIn, from);
  const ok: Result = { kind: 'ok', text: id, purchaseId: id, quantity: 2 };
  const answered = (turn: number, result: Result): CheckInEvent => ({ type: 'answered', turn, result, nowMs: turn });

  it('is of the newest attempt; one that comes late is written down all the same', () => {
    const view = run([{ type: 'asked', turn: 1 }, { type: 'asked', turn: 2 }, answered(1, ok), { type: 'again', turn: 1 }]);
    expect(view).toMatchObject({ phase: 'asking', result: null, recent: [{ kind: 'ok', code: id, quantity: 2, atMs: 1 }] });
    expect(run([{ type: 'again', turn: 2 }], view).phase).toBe('again');
    expect(run([answered(2, { kind: 'lost', text: 'x' })], view)).toMatchObject({ phase: 'idle', result: { kind: 'lost' }, recent: [{}] });
  });

  it('is completed by what the order says, and keeps the time that it came with', () => {
    const already: Result = { kind: 'already', text: id, purchaseId: id, at: '2026-05-01T09:59:00.000Z' };
    const view = run([{ type: 'asked', turn: 1 }, answered(1, already), { type: 'details', turn: 1, order }]);
    expect(view.result).toMatchObject({ quantity: 3, reference: 'A-1', at: already.at });
    expect(view.recent).toMatchObject([{ quantity: 3 }]);
    const other = run(
      [
        { type: 'asked', turn: 2 },
        { type: 'details', turn: 1, order },
      ],
      view,
    );
    expect(other.result).toBeNull();
  });

  it('keeps a bounded list', () => {
    const view = run(Array.from({ length: 30 }, (_, i) => answered(i, ok)));
    expect(view.recent).toHaveLength(mostRecent);
    expect(run([{ type: 'cleared' }], view).recent).toEqual([]);
  });

  it('is told by the refusal; without an answer the outcome is unknown', () => {
    const refused = (code: 'already_checked_in' | 'order_cancelled' | 'order_not_found' | 'unavailable' | 'rate_limited') =>
      resultOf('x', id, { code, status: 409, isProblem: true, checkedInAt: order.checkedInAt! })?.kind ?? null;
    expect((['already_checked_in', 'order_cancelled', 'order_not_found', 'unavailable', 'rate_limited'] as const).map(refused)).toEqual([
      'already',
      'cancelled',
      'not_found',
      null,
      'refused',
    ]);
    expect(resultOf('x', id, { code: 'network', status: 0, reason: 'timeout' })).toBeNull();
  });
});

it('what this device keeps is read with care', () => {
  const attempt = { key: 'k', atMs: 1 };
  const line = { kind: 'ok', code: id, atMs: 1 };
  expect(keptOf(JSON.stringify({ open: { a: attempt, b: 'x' }, recent: [line, { kind: 'paid' }, null] }))).toEqual({
    open: { a: attempt },
    recent: [line],
  });
  for (const text of [null, '', 'x', '[]', 'null', '{"open":1,"recent":{}}']) expect(keptOf(text)).toEqual({ open: {}, recent: [] });
});
