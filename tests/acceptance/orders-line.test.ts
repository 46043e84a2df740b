import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys } from '@sunbeon/contracts';
import { connectTestRedis, eventsOf, until } from '../fixtures/sale.ts';
import type { RedisClient } from '@sunbeon/runtime';
import { createSale, endSales, joinAs, openLive, operator, saleOf, valueOf } from '../fixtures/client.ts';

let redis: RedisClient;
beforeAll(async () => {
  redis = await connectTestRedis();
});
afterAll(async () => {
  await endSales();
  redis.disconnect();
});

const isInside = (visitor: Awaited<ReturnType<typeof joinAs>>) => async () => (await visitor.place()).body.state === 'admitted';
const sound = async (saleId: string) => {
  const { invariants } = await valueOf('stats', operator.stats(saleId));
  expect(invariants.filter(({ verdict }) => verdict === 'broken')).toEqual([]);
};

describe('a sold-out sale with people waiting', () => {
  it('admits the next one within two ticks of a cancelled order with restock, by push, and its buyer may join again', async () => {
    const saleId = await createSale({ stock: 2, perVisitorLimit: 2, admitPerSecond: 100, activeLimit: 1 });
    const buyer = await joinAs(saleId);
    await until('inside', isInside(buyer));
    const [next, last] = [await joinAs(saleId), await joinAs(saleId)];
    const [ofBuyer, ofNext, ofLast] = await Promise.all([buyer, next, last].map(({ token }) => openLive(saleId, token)));
    await Promise.all([ofBuyer!, ofNext!, ofLast!].map((live) => live.waitFor('state')));
    const { purchaseId } = await valueOf('buy', buyer.buy(2, 'k'));
    await ofNext!.waitFor('sale', ({ sale }) => sale.soldOut);
    /** Times of ticks that were seen. */
    const ticks = new Set<string>();
    const look = async (): Promise<number> => ticks.add((await redis.hget(keys.flow(saleId), 'tickAt')) ?? '').size;
    await until('ticks of a sale that is sold out', async () => (await look()) > 3, 20_000);
    expect((await next.place()).body.state).toBe('waiting');

    ticks.clear();
    await look();
    await valueOf('cancel', operator.cancelOrder(saleId, purchaseId, { reason: 'Paid twice', restock: true }));
    await until('the admission', async () => {
      await look();
      return ofNext!.messages.some(({ type }) => type === 'admitted');
    });
    // The one before, the one in which the order was cancelled, and one more.
    expect(ticks.size).toBeLessThanOrEqual(3);
    const events = await eventsOf(redis, saleId);
    const cancelled = events.findIndex(({ type }) => type === 'cancelled');
    const admitted = events.findIndex(
      ({ type, data }) => type === 'admitted' && (data['visitors'] as string[]).includes(next.visitor.visitorId),
    );
    expect(admitted).toBeGreaterThan(cancelled);
    await ofLast!.waitFor(
      'sale',
      ({ sale, id }) => !sale.soldOut && Number(id.split('-')[0]) >= Number(events[cancelled]!.id.split('-')[0]),
    );
    await ofBuyer!.waitFor('cancelled', ({ purchase }) => purchase.purchaseId === purchaseId && purchase.state === 'cancelled');
    await ofBuyer!.waitFor('state', ({ visitor }) => visitor.state === 'left');

    // The buyer of before is behind those who waited, and buys again in turn.
    expect(await buyer.join()).toMatchObject({ status: 201, body: { visitor: { visitorId: buyer.visitor.visitorId, state: 'waiting' } } });
    expect((await next.buy(1, 'k')).status).toBe(201);
    await ofLast!.waitFor('admitted');
    expect((await last.leave()).status).toBe(204);
    await until('the former buyer inside', isInside(buyer));
    expect((await buyer.buy(1, 'again')).status).toBe(201);
    expect((await saleOf(saleId)).stock).toEqual({ total: 2, left: 0, held: 0, sold: 2 });
    for (const live of [ofBuyer, ofNext, ofLast]) live!.close();
    await sound(saleId);
  });

  it('sells again exactly what came back of thirty orders that are cancelled at once, half of them for good', async () => {
    const saleId = await createSale({ stock: 30, perVisitorLimit: 1, admitPerSecond: 500, activeLimit: 500 });
    const buyers = await Promise.all(Array.from({ length: 30 }, () => joinAs(saleId)));
    await Promise.all(buyers.map((buyer) => until('inside', isInside(buyer), 20_000)));
    await valueOf('pause', operator.pause(saleId));
    const waiting = await Promise.all(Array.from({ length: 40 }, () => joinAs(saleId)));
    const orders = await Promise.all(buyers.map((buyer) => valueOf('buy', buyer.buy(1, 'k'))));
    await valueOf('resume', operator.resume(saleId));
    let bought = 0;
    const lives = await Promise.all(waiting.map(({ token }) => openLive(saleId, token)));
    const people = waiting.map(async (visitor, i) => {
      const live = lives[i]!;
      const isAdmitted = await Promise.race([
        live.waitFor('admitted', undefined, 60_000).then(() => true),
        live.waitFor('state', (message) => message.visitor.state === 'admitted', 60_000).then(() => true),
        live.waitForClose(60_000).then(() => false),
      ]);
      if (isAdmitted && (await visitor.buy(1, 'k')).status === 201) bought += 1;
    });
    // Each is called twice, as by two operators.
    const cancels = orders.flatMap(({ purchaseId }, i) =>
      [1, 2].map(() => operator.cancelOrder(saleId, purchaseId, { reason: 'why', restock: i % 2 === 0 })),
    );
    expect(new Set((await Promise.all(cancels)).map(({ status }) => status))).toEqual(new Set([200]));
    await until('all that came back is sold', async () => (await saleOf(saleId)).stock!.left === 0, 30_000);
    expect((await saleOf(saleId)).stock).toEqual({ total: 15, left: 0, held: 0, sold: 15 });
    for (const live of lives) live.close();
    await Promise.all(people);
    expect(bought).toBe(15);
    expect((await eventsOf(redis, saleId)).filter(({ type }) => type === 'cancelled')).toHaveLength(30);
    expect(await redis.hget(keys.flow(saleId), 'cancelledTickets')).toBe('30');
    await sound(saleId);
  });
});

describe('a sale of kind gate', () => {
  it('has no orders: its shop sells', async () => {
    const saleId = await createSale({ kind: 'gate', stock: undefined, returnUrls: ['https://shop.example/'] });
    expect(await operator.orders(saleId)).toMatchObject({ status: 200, body: { orders: [] } });
    expect(await operator.order(saleId, 'p_1')).toMatchObject({ status: 404, body: { code: 'order_not_found' } });
    expect(await operator.cancelOrder(saleId, 'p_1', { reason: 'why', restock: true })).toMatchObject({
      status: 404,
      body: { code: 'order_not_found' },
    });
    expect(await operator.checkInOrder(saleId, 'p_1')).toMatchObject({ status: 404, body: { code: 'order_not_found' } });
    expect(await operator.addStock(saleId, -1)).toMatchObject({ status: 409, body: { code: 'sale_is_gate' } });
  });
});
