import { afterAll, describe, expect, it } from '@jest/globals';
import { createShop } from '@sunbeon/client/shop';
import { createSale, endSales, joinAs, nextGateway, openLive, operator, saleOf, valueOf } from '../fixtures/client.ts';
import { rawBytes } from '../fixtures/raw-call.ts';
import { until } from '../fixtures/sale.ts';
import { adminToken, shopKey } from '../fixtures/stack.mjs';

afterAll(endSales);

const fast = { admitPerSecond: 500, activeLimit: 500 };
const csvOf = async (saleId: string, headers: Record<string, string>, query = '') => {
  const path = `/api/admin/sales/${saleId}/orders${query}`;
  const { status, headers: got, bytes } = await rawBytes(path, { headers: { authorization: `Bearer ${adminToken}`, ...headers } });
  return { status, headers: got, text: bytes.toString() };
};
const admitted = async (saleId: string) => {
  const visitor = await joinAs(saleId);
  await until('the admission', async () => (await visitor.place()).body.state === 'admitted');
  return visitor;
};
const bought = async (saleId: string, quantity = 1, key = 'k') => {
  const visitor = await admitted(saleId);
  const { purchaseId } = await valueOf('buy', visitor.buy(quantity, key));
  return { visitor, purchaseId };
};

describe('orders', () => {
  it('are listed, found and exported; no cell is a formula', async () => {
    const saleId = await createSale({ ...fast, confirmBy: 'shop', returnUrls: ['https://shop.example/'] });
    const shop = createShop({ baseUrl: nextGateway, token: shopKey });
    const references = ['=HYPERLINK("http://evil.example","win")', '+1', '-1', '@SUM(A1)', 'plain, with "quotes"', '서울'];
    const ids: string[] = [];
    for (const reference of references) {
      const visitor = await admitted(saleId);
      const { holdId } = await valueOf('hold', visitor.hold(2, 'h'));
      const confirmed = await shop.confirm(saleId, holdId, { reference });
      if (!confirmed.ok) throw new Error(confirmed.failure.code);
      expect(confirmed.value).toMatchObject({ quantity: 2, state: 'paid' });
      ids.unshift(confirmed.value.purchaseId);
    }
    const { orders } = await valueOf('orders', operator.orders(saleId));
    expect(orders.map(({ purchaseId }) => purchaseId)).toEqual(ids);
    expect(orders.map(({ reference }) => reference)).toEqual(references.toReversed());
    expect(orders[0]!.seq).toBe(6);
    for (const q of [ids[2]!, ids[2]!.slice(0, 6), references[3]!, orders[2]!.visitorId])
      expect((await valueOf('find', operator.orders(saleId, { q }))).orders).toEqual([orders[2]]);
    expect(await valueOf('one', operator.order(saleId, ids[0]!))).toEqual(orders[0]);
    expect(await operator.order(saleId, 'p_none')).toMatchObject({ status: 404, body: { code: 'order_not_found' } });
    expect(await operator.orders('nowhere')).toMatchObject({ status: 404, body: { code: 'sale_not_found' } });

    for (const csv of [await csvOf(saleId, { accept: 'text/csv' }), await csvOf(saleId, {}, '?format=csv')]) {
      expect([csv.status, csv.headers.get('content-type'), csv.headers.get('content-disposition')]).toEqual([
        200,
        'text/csv; charset=utf-8',
        `attachment; filename="orders-${saleId}.csv"`,
      ]);
      const cells = ['\'=HYPERLINK(""http://evil.example"",""win"")', "'+1", "'-1", "'@SUM(A1)", 'plain, with ""quotes""', '서울'];
      // A visitor id may begin with a hyphen, too.
      const inert = (id: string): string => (id.startsWith('-') ? `'${id}` : id);
      expect(csv.text.split('\r\n')).toEqual([
        '"purchaseId","saleId","visitorId","seq","quantity","state","reference","purchasedAt","checkedInAt","cancelledAt","reason"',
        ...orders.map(
          (order, i) =>
            `"${order.purchaseId}","${saleId}","${inert(order.visitorId)}","${6 - i}","2","paid","${cells[5 - i]}","${order.purchasedAt}","","",""`,
        ),
        '',
      ]);
    }
  });

  it('are cancelled with and without a return to the line, which moves again, while others buy', async () => {
    const saleId = await createSale({ ...fast, stock: 8, perVisitorLimit: 1 });
    const first = await Promise.all(Array.from({ length: 8 }, () => bought(saleId)));
    const live = await openLive(saleId, first[0]!.visitor.token);
    const cancel = (i: number, restock: boolean) => operator.cancelOrder(saleId, first[i]!.purchaseId, { reason: 'Paid twice', restock });
    await until('sold out', async () => (await saleOf(saleId)).soldOut);
    const order = await valueOf('cancel', cancel(0, true));
    expect(order).toMatchObject({ state: 'cancelled', reason: 'Paid twice', cancelledAt: expect.any(String) });
    expect((await cancel(0, true)).body).toEqual(order);
    expect(await cancel(0, false)).toMatchObject({ status: 409, body: { code: 'already_cancelled' } });
    await live.waitFor('cancelled', ({ purchase }) => purchase.state === 'cancelled');
    await live.waitFor('state', ({ visitor }) => visitor.state === 'left');
    live.close();
    expect((await first[0]!.visitor.purchases()).body.purchases).toMatchObject([{ state: 'cancelled' }]);
    expect((await first[0]!.visitor.buy(1, 'k')).body).toMatchObject({ purchaseId: first[0]!.purchaseId, state: 'paid' });
    // The ticket is for the line again, and for its former buyer.
    const again = await first[0]!.visitor.join();
    expect(again.status).toBe(201);
    await until('the line moves again', async () => (await first[0]!.visitor.place()).body.state === 'admitted');

    const buyers = Array.from({ length: 6 }, () => bought(saleId).catch(() => null));
    await Promise.all([1, 2, 3, 4, 5].map((i) => cancel(i, i % 2 === 1)));
    await until('the rest is sold', async () => (await saleOf(saleId)).stock!.sold >= 5);
    expect((await first[0]!.visitor.buy(1, 'again')).status).toBeLessThan(410);
    await until('all tickets are sold', async () => (await saleOf(saleId)).stock!.left === 0);
    expect((await saleOf(saleId)).stock).toEqual({ total: 6, left: 0, held: 0, sold: 6 });
    await operator.close(saleId);
    await Promise.allSettled(buyers);
    const { invariants } = await valueOf('stats', operator.stats(saleId));
    expect(invariants.filter(({ verdict }) => verdict === 'broken')).toEqual([]);
    expect((await valueOf('cancelled', operator.orders(saleId, { state: 'cancelled' }))).orders).toHaveLength(6);
  });

  it('are checked in once', async () => {
    const saleId = await createSale(fast);
    const { purchaseId } = await bought(saleId);
    const checkIn = (idempotencyKey: string) => operator.checkInOrder(saleId, purchaseId, { idempotencyKey });
    const done = await valueOf('check in', checkIn('door-1'));
    expect(done).toMatchObject({ purchaseId, state: 'paid', checkedInAt: expect.any(String) });
    const again = await checkIn('door-1');
    expect([again.status, again.body]).toEqual([200, done]);
    expect(await checkIn('door-2')).toMatchObject({
      status: 409,
      body: { code: 'already_checked_in', detail: `Checked in at ${done.checkedInAt}.` },
    });
    expect(await operator.cancelOrder(saleId, purchaseId, { reason: 'late', restock: true })).toMatchObject({
      status: 409,
      body: { code: 'already_checked_in' },
    });
  });
});
