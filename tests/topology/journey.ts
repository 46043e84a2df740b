import { expect } from '@jest/globals';
import { createSale, joinAs, openLive, publicSale, saleOf, visitorOf } from '../fixtures/client.ts';
import { until } from '../fixtures/sale.ts';

/** All operations of a visitor, from a sale's creation to its last ticket, on any Redis topology. */
export const walkThrough = async (): Promise<string> => {
  const saleId = await createSale({ stock: 4, admitPerSecond: 20 });
  const visitor = await joinAs(saleId);
  const live = await openLive(saleId, visitor.token);
  const state = await live.waitFor('state');
  expect(state.visitor.visitorId).toBe(visitor.visitor.visitorId);
  if (state.visitor.state !== 'admitted') await live.waitFor('admitted');
  const claimed = await visitor.claim();
  expect(claimed).toMatchObject({ status: 200, body: { claimed: true } });
  await live.waitFor('claimed');
  const bought = await visitor.buy(1, 'one');
  expect(bought.status).toBe(201);
  expect((await live.waitFor('purchased')).purchase).toEqual(bought.body);
  expect((await visitor.buy(1, 'one')).body).toEqual(bought.body);

  const holder = await joinAs(saleId);
  await until('inside', async () => (await holder.place()).body.state === 'admitted');
  const hold = await holder.hold(1, 'h');
  expect(hold.status).toBe(201);
  expect((await holder.release(hold.body.holdId)).status).toBe(204);
  expect((await holder.leave()).status).toBe(204);
  expect((await holder.place()).body.state).toBe('left');

  const last = await joinAs(saleId);
  const watching = await openLive(saleId, last.token);
  await watching.waitFor('state');
  await until('inside', async () => (await last.place()).body.state === 'admitted');
  expect((await last.buy(3, 'all')).status).toBe(201);
  await watching.waitFor('sale', ({ sale }) => sale.soldOut, 3_000);
  expect(await visitorOf(saleId).join()).toMatchObject({ status: 409, body: { code: 'sold_out' } });
  expect((await publicSale(saleId)).body.soldOut).toBe(true);
  expect((await saleOf(saleId)).stock).toEqual({ total: 4, left: 0, held: 0, sold: 4 });
  live.close();
  watching.close();
  return saleId;
};
