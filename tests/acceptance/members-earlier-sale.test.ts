import { expect, it } from '@jest/globals';
import type { CreateSale } from '@sunbeon/contracts';
import { newShopKey, signedBy } from '../../services/queue/test/shop-signer.ts';
import { api, apiAt, newSaleId, operator, valueOf, visitorOf } from '../fixtures/client.ts';
import { until } from '../fixtures/sale.ts';

const key = newShopKey('ES256', 'shop-key');
const shop = { issuer: 'https://shop.example', audience: 'waiting-room' };

// A member has the same visitor id on each device and in each sale of an id, so a browser left signed in names who is inside now.
it('I11: the token of a deleted sale is none in the new sale of that id, also of a member who is inside', async () => {
  const saleId = newSaleId();
  const sale: CreateSale = {
    saleId,
    title: 'Members',
    stock: 10,
    admitPerSecond: 50,
    claimSeconds: 60,
    identity: 'member',
    members: { ...shop, jwks: { keys: [key.jwk] } },
    returnUrls: ['https://shop.test/concert'],
  };
  const join = async () => {
    const member = signedBy(key, { iss: shop.issuer, aud: shop.audience, sub: 'ada', exp: Math.floor(Date.now() / 1_000) + 60 });
    const { status, body } = await api.join(saleId, { member });
    expect(status).toBe(201);
    return body;
  };
  await valueOf('create', operator.create(sale));
  const before = await join();
  await valueOf('close', operator.close(saleId));
  expect((await operator.delete(saleId)).status).toBe(204);
  await valueOf('create', operator.create(sale));
  const now = await join();
  expect(now.visitor.visitorId).toBe(before.visitor.visitorId);
  const [old, mine] = [visitorOf(saleId, before.token), visitorOf(saleId, now.token)];
  await until('the turn', async () => (await mine.place()).body.state === 'admitted');

  expect(await old.place()).toMatchObject({ status: 404, body: { code: 'not_in_queue' } });
  expect(await old.claim()).toMatchObject({ status: 403, body: { code: 'not_admitted' } });
  expect((await mine.place()).body).toMatchObject({ claimed: false });
  const { holdId } = await valueOf('hold', mine.hold(2, 'k'));
  expect(await old.holds()).toMatchObject({ status: 200, body: { holds: [] } });
  expect(await old.hold(2, 'k')).toMatchObject({ status: 403, body: { code: 'not_admitted' } });
  expect(await old.buy(1, 'one')).toMatchObject({ status: 403, body: { code: 'not_admitted' } });
  expect(await old.release(holdId)).toMatchObject({ status: 404, body: { code: 'hold_not_found' } });
  expect(await old.confirm(holdId)).toMatchObject({ status: 404, body: { code: 'hold_not_found' } });
  expect(await apiAt(undefined, before.token).ticket(saleId)).toMatchObject({ status: 403, body: { code: 'not_admitted' } });
  expect((await mine.holds()).body.holds).toMatchObject([{ holdId }]);
  const { purchaseId } = await valueOf('confirm', mine.confirm(holdId));
  expect(await old.confirm(holdId)).toMatchObject({ status: 404, body: { code: 'hold_not_found' } });
  expect(await old.purchases()).toMatchObject({ status: 200, body: { purchases: [] } });
  expect((await mine.purchases()).body.purchases).toMatchObject([{ purchaseId }]);
  await valueOf('close', operator.close(saleId));
  expect((await operator.delete(saleId)).status).toBe(204);
});
