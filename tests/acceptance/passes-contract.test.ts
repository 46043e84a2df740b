import { describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { keys } from '@sunbeon/contracts';
import { createSale, operator, saleOf } from '../fixtures/client.ts';
import { rawCall } from '../fixtures/raw-call.ts';
import { testRedisUrl, until } from '../fixtures/sale.ts';
import { byShop, createGate, inShop, inside, shop, shopUrl, ticketFor, ticketIn, type PassStatus } from '../fixtures/shop-calls.ts';
import { adminToken, shopKey } from '../fixtures/stack.mjs';

interface Logged {
  entries: { action: string; operator: string; detail: Record<string, unknown> }[];
}
const namesInAuditLog = async (saleId: string): Promise<unknown[]> => {
  const { body } = await rawCall<Logged>('GET', `/api/admin/audit-log?sale=${saleId}`, { token: adminToken });
  return body.entries.filter(({ action }) => action === 'shop_key').map(({ operator: by, detail }) => [by, detail['name']]);
};
const eventsOf = async (saleId: string) => {
  const redis = new Redis(testRedisUrl());
  try {
    return (await redis.xrange(keys.events(saleId), '-', '+')).map(([, fields]) => {
      const at = (name: string) => fields[fields.indexOf(name) + 1]!;
      return { type: at('type'), data: JSON.parse(at('data')) as Record<string, unknown> };
    });
  } finally {
    redis.disconnect();
  }
};

describe('a ticket', () => {
  const insideOfGate = async () => {
    const saleId = await createGate();
    return { saleId, visitor: await inside(saleId) };
  };
  // An admission takes a tick: one visitor for all addresses that are refused, one for all others, of whom each ticket ends the one before.
  let unclaimed: ReturnType<typeof insideOfGate> | undefined;
  let claimed: ReturnType<typeof insideOfGate> | undefined;

  it('is not given out by a closed sale; one that was given out before is redeemed', async () => {
    const saleId = await createGate();
    const [late, early] = [await inside(saleId), await inside(saleId)];
    const before = ticketIn((await ticketFor(saleId, early.token)).body.url);
    await operator.close(saleId);
    expect((await ticketFor(saleId, late.token)).body).toMatchObject({ status: 409, code: 'sale_not_open' });
    expect((await late.place()).body).toMatchObject({ state: 'admitted', claimed: false });
    expect((await shop.redeem(before)).status).toBe(200);
    await operator.open(saleId);
    expect((await ticketFor(saleId, late.token)).status).toBe(201);
  });

  it.each([
    ['a number', { returnUrl: 7 }, 'invalid_request'],
    ['null', { returnUrl: null }, 'invalid_request'],
    ['a list', { returnUrl: [shopUrl] }, 'invalid_request'],
    ['an object', { returnUrl: {} }, 'invalid_request'],
    ['another field', { returnUrl: shopUrl, ticket: 'x' }, 'invalid_request'],
    ['no object', [], 'invalid_request'],
    ['nothing in it', { returnUrl: '' }, 'return_url_not_allowed'],
    ['more than 2,048 characters', { returnUrl: `${shopUrl}?q=${'a'.repeat(2_048 - shopUrl.length - 2)}` }, 'return_url_not_allowed'],
    ['a line break at its end', { returnUrl: `${shopUrl}\n` }, 'return_url_not_allowed'],
    ['a tab inside', { returnUrl: 'https://shop.test/con\tcert' }, 'return_url_not_allowed'],
    ['a zero byte', { returnUrl: `${shopUrl}?a=\u0000` }, 'return_url_not_allowed'],
    ['a lone surrogate', { returnUrl: `${shopUrl}?a=\ud800` }, 'return_url_not_allowed'],
    ['white space in the query', { returnUrl: `${shopUrl}?a= b` }, 'return_url_not_allowed'],
    ['a backslash in the fragment', { returnUrl: `${shopUrl}#\\` }, 'return_url_not_allowed'],
    ['a user', { returnUrl: 'https://u@shop.test/concert' }, 'return_url_not_allowed'],
    ['an empty user', { returnUrl: 'https://@shop.test/concert' }, 'return_url_not_allowed'],
    ['another scheme', { returnUrl: 'http://shop.test/concert' }, 'return_url_not_allowed'],
    ['another port', { returnUrl: 'https://shop.test:444/concert' }, 'return_url_not_allowed'],
    ['no scheme', { returnUrl: 'shop.test/concert' }, 'return_url_not_allowed'],
    ['%2f', { returnUrl: `${shopUrl}%2fa` }, 'return_url_not_allowed'],
    ['%5C', { returnUrl: `${shopUrl}/%5Ca` }, 'return_url_not_allowed'],
    ['dots that leave', { returnUrl: `${shopUrl}/../admin` }, 'return_url_not_allowed'],
    ['dots in two encodings that leave', { returnUrl: `${shopUrl}/.%252e/admin` }, 'return_url_not_allowed'],
  ])('for an address with %s: the right one of two refusals, and no claim', async (_, body, code) => {
    const { saleId, visitor } = await (unclaimed ??= insideOfGate());
    expect((await ticketFor(saleId, visitor.token, body)).body).toMatchObject({ status: 400, code });
    expect((await visitor.place()).body.claimed).toBe(false);
  });

  it.each([
    ['https://shop.test/concert?', 'https://shop.test/concert?sunbeon_ticket=T'],
    ['https://SHOP.test:443/concert', 'https://SHOP.test:443/concert?sunbeon_ticket=T'],
    [
      'https://shop.test/concert?sunbeon_ticket=a&b=%41&&sunbeon_ticket=b&c=+#f?x',
      'https://shop.test/concert?b=%41&&c=+&sunbeon_ticket=T#f?x',
    ],
    ['https://shop.test/concert?sunbeon%5Fticket=a', 'https://shop.test/concert?sunbeon_ticket=T'],
    ['https://shop.test/concert?sunbeon_ticket&a', 'https://shop.test/concert?a&sunbeon_ticket=T'],
    ['https://shop.test/concert?a=1&sunbeon_tickets=2', 'https://shop.test/concert?a=1&sunbeon_tickets=2&sunbeon_ticket=T'],
    ['https://shop.test/concert/a/../b', 'https://shop.test/concert/a/../b?sunbeon_ticket=T'],
    [`https://shop.test/concert?q=${'a'.repeat(2_048 - 28)}`, `https://shop.test/concert?q=${'a'.repeat(2_048 - 28)}&sunbeon_ticket=T`],
    ['https://shop.test/concert#sunbeon_ticket=a', 'https://shop.test/concert?sunbeon_ticket=T#sunbeon_ticket=a'],
  ])('stands last in %.60s, and every other byte stays', async (returnUrl, expected) => {
    const { saleId, visitor } = await (claimed ??= insideOfGate());
    const { status, body } = await ticketFor(saleId, visitor.token, { returnUrl });
    expect([status, body.url.replace(/(sunbeon_ticket=)a\d[\w.-]+/, '$1T')]).toEqual([201, expected]);
  });

  it('is worth the same bytes to the same key for a minute, also after the stay; to no other key', async () => {
    const saleId = await createGate();
    const visitor = await inside(saleId);
    const ticket = ticketIn((await ticketFor(saleId, visitor.token)).body.url);
    const first = await shop.redeem(ticket, 'k');
    expect(await byShop('POST', `/api/passes/${first.body.passId}/extend`)).toMatchObject({ status: 200 });
    expect(await byShop('POST', `/api/passes/${first.body.passId}/complete`, { outcome: 'abandoned' })).toMatchObject({ status: 200 });
    const again = await shop.redeem(ticket, 'k');
    expect([again.status, JSON.stringify(again.body), again.headers.get('idempotency-replayed')]).toEqual([
      200,
      JSON.stringify(first.body),
      'true',
    ]);
    for (const key of [undefined, 'other']) expect((await shop.redeem(ticket, key)).status).toBe(404);
  });
});

describe('the shop key', () => {
  it('stands by its name in the audit log of a sale, whatever its first call was, and in the events', async () => {
    const saleId = await createGate();
    const stay = await inShop(saleId);
    expect(await namesInAuditLog(saleId)).toEqual([['box-office', 'box-office']]);
    await byShop('POST', `/api/passes/${stay.passId}/extend`);
    await byShop('POST', `/api/passes/${stay.passId}/complete`, { outcome: 'abandoned' });
    expect(await namesInAuditLog(saleId)).toEqual([['box-office', 'box-office']]);
    const events = await eventsOf(saleId);
    for (const type of ['extended', 'completed']) expect(events.find((event) => event.type === type)!.data['by']).toBe('box-office');
    expect(events.filter(({ type }) => type === 'pass_issued')).toHaveLength(1);

    const paid = await createSale({ admitPerSecond: 1_000, confirmBy: 'shop', returnUrls: [shopUrl], stock: 10 });
    const [buyer, other] = [await inside(paid), await inside(paid)];
    const [{ body: hold }, { body: returned }] = [await buyer.hold(2, 'h'), await other.hold(1, 'h')];
    expect((await byShop('POST', `/api/sales/${paid}/holds/${hold.holdId}/confirm`)).status).toBe(201);
    expect((await byShop('DELETE', `/api/sales/${paid}/holds/${returned.holdId}`)).status).toBe(204);
    expect(await namesInAuditLog(paid)).toEqual([['box-office', 'box-office']]);
    const sold = await eventsOf(paid);
    for (const type of ['purchased', 'released']) expect(sold.find((event) => event.type === type)!.data['by']).toBe('box-office');
  });

  it('is not a visitor, and a visitor is not a shop', async () => {
    const saleId = await createGate();
    const stay = await inShop(saleId);
    const hold = `/api/sales/${saleId}/holds/h_${'a'.repeat(22)}`;
    const calls: [string, string][] = [
      ['GET', `/api/passes/${stay.passId}`],
      ['POST', `/api/passes/${stay.passId}/extend`],
      ['POST', `/api/passes/${stay.passId}/complete`],
      ['GET', hold],
    ];
    for (const token of [stay.token, stay.pass, stay.passId, adminToken])
      for (const [method, path] of calls)
        expect([
          path,
          (await rawCall(method, path, { token, ...(path.endsWith('complete') ? { body: { outcome: 'abandoned' } } : {}) })).body,
        ]).toMatchObject([path, { status: 401, code: 'invalid_token' }]);
    for (const token of [adminToken, stay.pass, `${shopKey}x`])
      for (const [method, path] of [
        ['POST', `${hold}/confirm`],
        ['DELETE', hold],
      ] as const)
        expect((await rawCall(method, path, { token })).body).toMatchObject({ status: 401, code: 'invalid_token' });
    expect((await ticketFor(saleId, shopKey)).body).toMatchObject({ status: 401, code: 'invalid_token' });
    expect((await byShop<PassStatus>('GET', `/api/passes/${stay.passId}`)).body.state).toBe('active');
  });

  it.each([
    [{}],
    [{ outcome: 'sold' }],
    [{ outcome: 'purchased', quantity: -1 }],
    [{ outcome: 'purchased', quantity: 1.5 }],
    [{ outcome: 'purchased', quantity: '1' }],
    [{ outcome: 'purchased', reference: 7 }],
    [{ outcome: 'purchased', reference: '' }],
    [{ outcome: 'purchased', price: 7 }],
  ])('ends no stay with %j', async (body) => {
    const saleId = await createGate();
    const stay = await inShop(saleId);
    expect((await byShop('POST', `/api/passes/${stay.passId}/complete`, body)).body).toMatchObject({
      status: 400,
      code: 'invalid_request',
    });
    expect((await byShop<PassStatus>('GET', `/api/passes/${stay.passId}`)).body.state).toBe('active');
  });

  it('sees a hold while it lives', async () => {
    const saleId = await createSale({ admitPerSecond: 1_000, confirmBy: 'shop', returnUrls: [shopUrl], stock: 10, holdSeconds: 1 });
    const visitor = await inside(saleId);
    const { body: hold } = await visitor.hold(2, 'h');
    const path = `/api/sales/${saleId}/holds/${hold.holdId}`;
    expect((await byShop('GET', path)).body).toEqual(hold);
    const answers: [number, number][] = [];
    await until('the end of the hold', async () => {
      const { status } = await byShop('GET', path);
      answers.push([Date.now(), status]);
      return status === 404;
    });
    // A living hold alone is shown: from its end on, not from the sweep on.
    const late = answers.filter(([at, status]) => status === 200 && at > Date.parse(hold.expiresAt) + 100);
    expect(late).toEqual([]);
  });

  it('extends a stay of a sale that is older than the setting as often as its settings say', async () => {
    const saleId = await createGate();
    const stay = await inShop(saleId);
    const redis = new Redis(testRedisUrl());
    await redis.hdel(keys.sale(saleId), 'maxExtensions');
    redis.disconnect();
    expect((await saleOf(saleId)).maxExtensions).toBe(2);
    const extend = () => byShop('POST', `/api/passes/${stay.passId}/extend`);
    expect([(await extend()).status, (await extend()).status, (await extend()).body.code]).toEqual([200, 200, 'limit_exceeded']);
  });
});
