import { createPublicKey } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { describe, expect, it } from '@jest/globals';
import { createSale, joinAs, openLive, publicSale, saleOf } from '../fixtures/client.ts';
import { rawCall } from '../fixtures/raw-call.ts';
import { until } from '../fixtures/sale.ts';
import { createGate, inShop, inside, shop, shopUrl, ticketFor, ticketIn } from '../fixtures/shop-calls.ts';
import { adminToken, passKeys, shopKey } from '../fixtures/stack.mjs';

/** The operator's calls, raw: also with settings that the schema refuses. */
const asOperator = <T = { code: string }>(method: string, path: string, body?: Record<string, unknown>) =>
  rawCall<T>(method, `/api/admin/sales${path}`, { token: adminToken, ...(body === undefined ? {} : { body }) });
const publicKey = createPublicKey({
  key: Buffer.from(passKeys, 'base64'),
  format: 'der',
  type: 'pkcs8',
  // A public key is made of a private one.
} as never);

describe('a gate', () => {
  it('has a line and no stock; purchases, holds and stock are refused, and it is never sold out', async () => {
    const saleId = await createGate();
    const { body: sale } = await publicSale(saleId);
    expect(sale).toMatchObject({ kind: 'gate', soldOut: false, returnUrls: [shopUrl] });
    expect(sale).not.toHaveProperty('stock');
    const visitor = await inside(saleId);
    expect((await visitor.buy(1, 'k')).body).toMatchObject({ status: 409, code: 'sale_is_gate' });
    expect((await visitor.hold(1, 'k')).body).toMatchObject({ status: 409, code: 'sale_is_gate' });
    expect((await visitor.purchases()).body).toEqual({ purchases: [] });
    expect((await asOperator('POST', `/${saleId}/stock`, { add: 1 })).body).toMatchObject({ status: 409, code: 'sale_is_gate' });
  });

  it.each([
    ['with a stock', { kind: 'gate', stock: 1, returnUrls: [shopUrl] }, '/stock'],
    ['with a limit per visitor', { kind: 'gate', perVisitorLimit: 1, returnUrls: [shopUrl] }, '/perVisitorLimit'],
    ['with holds', { kind: 'gate', holdSeconds: 10, returnUrls: [shopUrl] }, '/holdSeconds'],
    ['that confirms', { kind: 'gate', confirmBy: 'shop', returnUrls: [shopUrl] }, '/confirmBy'],
    ['without an address', { kind: 'gate' }, '/returnUrls'],
    ['with no addresses', { kind: 'gate', returnUrls: [] }, '/returnUrls'],
    ['with nine addresses', { kind: 'gate', returnUrls: Array.from({ length: 9 }, () => shopUrl) }, '/returnUrls'],
    ['with a plain http address', { kind: 'gate', returnUrls: ['http://shop.test/'] }, '/returnUrls/0'],
    ['with a query', { kind: 'gate', returnUrls: [`${shopUrl}?a=1`] }, '/returnUrls/0'],
    ['a shop that confirms without an address', { stock: 1, confirmBy: 'shop' }, '/returnUrls'],
    ['a shop without a stock', {}, '/stock'],
    ['of a kind that does not exist', { kind: 'fair', stock: 1 }, '/kind'],
    ['with too many extensions', { kind: 'gate', returnUrls: [shopUrl], maxExtensions: 21 }, '/maxExtensions'],
  ])('%s is not created, and the fault is named', async (_, settings, path) => {
    const { status, body } = await asOperator<{ code: string; errors: { path: string }[] }>('POST', '', {
      saleId: 'never_made',
      title: 'T',
      ...settings,
    });
    expect([status, body.code, body.errors.map((fault) => fault.path)]).toEqual([400, 'invalid_request', expect.arrayContaining([path])]);
  });

  it('keeps its kind, and its addresses as long as it needs them', async () => {
    const saleId = await createGate();
    const change = async (settings: Record<string, unknown>) =>
      (await asOperator<{ code?: string }>('PATCH', `/${saleId}`, settings)).body.code;
    expect(await change({ kind: 'shop' })).toBe('invalid_request');
    expect(await change({ returnUrls: null })).toBe('invalid_request');
    expect(await change({ perVisitorLimit: 2 })).toBe('invalid_request');
    expect(await change({ confirmBy: 'shop' })).toBe('invalid_request');
    expect(await change({ returnUrls: ['https://other.test/'], maxExtensions: 0 })).toBeUndefined();
    expect(await saleOf(saleId)).toMatchObject({ kind: 'gate', returnUrls: ['https://other.test/'], maxExtensions: 0 });
  });
});

describe('from the line to the shop', () => {
  it('an admitted visitor gets a ticket, the shop a pass, once, and the pass says what the sale says', async () => {
    const saleId = await createGate({ sessionSeconds: 100 });
    const visitor = await inside(saleId);
    const { status, body } = await ticketFor(saleId, visitor.token, { returnUrl: `${shopUrl}/seats?row=7&x=%41#map` });
    expect(status).toBe(201);
    expect(body.url).toMatch(new RegExp(`^https://shop\\.test/concert/seats\\?row=7&x=%41&sunbeon_ticket=${saleId}\\.[\\w-]{22,}#map$`));
    expect((await visitor.place()).body).toMatchObject({ state: 'admitted', claimed: true });
    const ticket = ticketIn(body.url);
    const redeemed = await shop.redeem(ticket);
    expect(redeemed).toMatchObject({
      status: 200,
      body: { saleId, visitorId: visitor.visitor.visitorId, expiresAt: body.passExpiresAt, returnUrl: `${shopUrl}/seats?row=7&x=%41#map` },
    });
    const { payload, protectedHeader } = await jwtVerify(redeemed.body.pass, publicKey, {
      algorithms: ['EdDSA'],
      typ: 'sunbeon-pass+jwt',
      audience: `sunbeon:sale:${saleId}`,
      issuer: 'http://localhost:4000',
    });
    expect(payload).toMatchObject({ sub: visitor.visitor.visitorId, jti: redeemed.body.passId });
    expect(new Date(payload.exp! * 1_000).toISOString()).toBe(redeemed.body.expiresAt);
    expect(protectedHeader.kid).toMatch(/^[\w-]{43}$/);
    expect(redeemed.body.passId).toMatch(new RegExp(`^${saleId}\\.[\\w-]{22,}$`));
    expect((await shop.redeem(ticket)).body).toMatchObject({ status: 404, code: 'ticket_not_found' });
    expect((await shop.get(redeemed.body.passId)).body).toEqual({
      passId: redeemed.body.passId,
      saleId,
      visitorId: visitor.visitor.visitorId,
      state: 'active',
      expiresAt: redeemed.body.expiresAt,
    });
  });

  it('of forty redemptions at once one gets the pass; the same key gets the same bytes', async () => {
    const saleId = await createGate();
    const visitor = await inside(saleId);
    const first = ticketIn((await ticketFor(saleId, visitor.token)).body.url);
    const tries = await Promise.all(Array.from({ length: 40 }, () => shop.redeem(first)));
    expect(tries.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 39 }, () => 404)]);
    const second = ticketIn((await ticketFor(saleId, visitor.token)).body.url);
    const same = await Promise.all(Array.from({ length: 10 }, () => shop.redeem(second, 'one-intent')));
    expect(new Set(same.map(({ status, body }) => `${status} ${JSON.stringify(body)}`)).size).toBe(1);
    expect(same[0]!.status).toBe(200);
    expect((await shop.redeem(second, 'another')).status).toBe(404);
    expect(same[0]!.body.passId).toBe(tries.find(({ status }) => status === 200)!.body.passId);
  });

  it('a newer ticket ends the one before; a stay has twenty', async () => {
    const saleId = await createGate();
    const visitor = await inside(saleId);
    const tickets: string[] = [];
    for (let i = 0; i < 20; i += 1) tickets.push(ticketIn((await ticketFor(saleId, visitor.token)).body.url));
    expect((await ticketFor(saleId, visitor.token)).body).toMatchObject({ status: 409, code: 'limit_exceeded' });
    for (const old of tickets.slice(0, -1)) expect((await shop.redeem(old)).status).toBe(404);
    expect((await shop.redeem(tickets.at(-1)!)).status).toBe(200);
  });

  it.each([
    ['https://evil.test/'],
    ['https://shop.test/concerto'],
    ['//shop.test/concert'],
    ['https://shop.test/concert/%2e%2e/admin'],
    ['javascript:alert(1)'],
    [' https://shop.test/concert'],
  ])('no ticket leads to %s', async (returnUrl) => {
    const saleId = await createGate();
    const visitor = await inside(saleId);
    expect((await ticketFor(saleId, visitor.token, { returnUrl })).body).toMatchObject({ status: 400, code: 'return_url_not_allowed' });
  });

  it('nobody without a turn gets a ticket, no sale without an address gives one, and nothing else is a ticket', async () => {
    const saleId = await createGate({ admitPerSecond: 0.001 });
    await joinAs(saleId);
    const waiting = await joinAs(saleId);
    expect((await ticketFor(saleId, waiting.token)).body).toMatchObject({ status: 403, code: 'not_admitted' });
    const plain = await createSale({ admitPerSecond: 1_000 });
    const visitor = await inside(plain);
    expect((await ticketFor(plain, visitor.token)).body).toMatchObject({ status: 409, code: 'no_return_url' });
    for (const ticket of [
      '',
      'x',
      saleId,
      `${saleId}.`,
      `${saleId}.${'a'.repeat(22)}`,
      `nosuch.${'a'.repeat(22)}`,
      `{${saleId}}.${'a'.repeat(22)}`,
      visitor.token,
    ])
      expect((await shop.redeem(ticket)).body).toMatchObject({ status: 404, code: 'ticket_not_found' });
    expect((await shop.redeem(7)).body).toMatchObject({ status: 400, code: 'invalid_request' });
    for (const passId of ['x', `${saleId}.${'a'.repeat(22)}`, encodeURIComponent(`{${saleId}}.${'a'.repeat(22)}`)]) {
      expect((await shop.get(passId)).body).toMatchObject({ code: 'pass_not_found' });
      expect((await shop.extend(passId)).body).toMatchObject({ code: 'pass_not_found' });
      expect((await shop.complete(passId, { outcome: 'purchased' })).body).toMatchObject({ code: 'pass_not_found' });
    }
  });
});

describe('the shop, with its key', () => {
  it('ends a stay once: the slot is free, the visitor hears of it, the same answer again, another outcome refused', async () => {
    const saleId = await createGate({ activeLimit: 1 });
    const first = await inShop(saleId);
    const next = await joinAs(saleId);
    const live = await openLive(saleId, first.token);
    await live.waitFor('state');
    expect((await first.leave()).body).toMatchObject({ status: 409, code: 'pass_is_live' });
    const done = await shop.complete(first.passId, { outcome: 'purchased', reference: 'order 7', quantity: 2 });
    expect(done.status).toBe(200);
    const again = await Promise.all(
      Array.from({ length: 10 }, (_, i) => shop.complete(first.passId, { outcome: 'purchased', reference: `other ${i}` })),
    );
    expect(again.map(({ status, body }) => [status, body])).toEqual(again.map(() => [200, done.body]));
    expect((await shop.complete(first.passId, { outcome: 'abandoned' })).body).toMatchObject({ status: 409, code: 'already_completed' });
    expect((await shop.extend(first.passId)).body).toMatchObject({ status: 409, code: 'already_completed' });
    expect((await shop.get(first.passId)).body.state).toBe('completed');
    expect(await live.waitFor('completed')).toMatchObject({ outcome: 'purchased' });
    live.close();
    expect((await first.place()).body).toMatchObject({ state: 'completed', outcome: 'purchased' });
    await until('the next one', async () => (await next.place()).body.state === 'admitted', 2_500);
    expect(await saleOf(saleId)).toMatchObject({ completed: 1, abandoned: 0, active: 1 });
    const again1 = await first.join();
    expect([again1.status, again1.body.visitor.state]).toEqual([201, 'waiting']);
  });

  it('lengthens a stay as often as the sale allows, and the same key lengthens it once', async () => {
    const saleId = await createGate({ sessionSeconds: 50, maxExtensions: 2 });
    const stay = await inShop(saleId);
    const live = await openLive(saleId, stay.token);
    await live.waitFor('state');
    await new Promise((resolve) => {
      setTimeout(resolve, 1_100);
    });
    const first = await shop.extend(stay.passId, 'k1');
    expect(first.status).toBe(200);
    expect(Date.parse(first.body.expiresAt)).toBeGreaterThan(Date.parse(stay.expiresAt));
    expect(decodeJwt(first.body.pass).exp! * 1_000).toBe(Date.parse(first.body.expiresAt));
    expect(await live.waitFor('extended')).toBeDefined();
    live.close();
    const replayed = await shop.extend(stay.passId, 'k1');
    expect([replayed.status, replayed.body]).toEqual([200, first.body]);
    expect((await shop.extend(stay.passId)).status).toBe(200);
    expect((await shop.extend(stay.passId, 'k3')).body).toMatchObject({ status: 409, code: 'limit_exceeded' });
    expect((await shop.extend(stay.passId, 'k1')).status).toBe(200);
    // P3: no pass is good for longer than the stay.
    const { admittedUntil } = (await stay.place()).body;
    expect(Date.parse((await shop.get(stay.passId)).body.expiresAt)).toBeLessThanOrEqual(Date.parse(admittedUntil!));
    await asOperator('POST', `/${saleId}/close`);
    expect((await shop.extend(stay.passId, 'k4')).body).toMatchObject({ status: 409, code: 'sale_not_open' });
    expect((await shop.complete(stay.passId, { outcome: 'abandoned' })).status).toBe(200);
    expect(await saleOf(saleId)).toMatchObject({ completed: 0, abandoned: 1, active: 0 });
  });

  it('finds a stay over when its time is over; the sale is not deleted before the last pass is over', async () => {
    const saleId = await createGate({ sessionSeconds: 3 });
    const stay = await inShop(saleId);
    await asOperator('POST', `/${saleId}/close`);
    expect((await asOperator<{ code: string }>('DELETE', `/${saleId}`)).body).toMatchObject({ status: 409, code: 'pass_is_live' });
    await until('the end', async () => (await shop.get(stay.passId)).body.state === 'expired', 6_000);
    expect((await shop.extend(stay.passId)).body).toMatchObject({ status: 409, code: 'pass_ended' });
    expect((await shop.complete(stay.passId, { outcome: 'purchased' })).body).toMatchObject({ status: 409, code: 'pass_ended' });
    expect((await stay.place()).body.state).toBe('expired');
    expect((await asOperator('DELETE', `/${saleId}`)).status).toBe(204);
    expect((await shop.get(stay.passId)).body).toMatchObject({ code: 'pass_not_found' });
  });

  it('leaving before the redemption ends the ticket', async () => {
    const saleId = await createGate();
    const visitor = await inside(saleId);
    const ticket = ticketIn((await ticketFor(saleId, visitor.token)).body.url);
    expect((await visitor.leave()).status).toBe(204);
    expect((await shop.redeem(ticket)).body).toMatchObject({ status: 404, code: 'ticket_not_found' });
  });

  it('is known by its secret alone, in any of its calls', async () => {
    for (const token of [undefined, 'junk', 'box-office', `box-office:${shopKey}`, `${shopKey}x`]) {
      const { status, body } = await rawCall('POST', '/api/passes/redeem', {
        body: { ticket: 'x' },
        ...(token === undefined ? {} : { token }),
      });
      expect([status, body.code]).toEqual([401, 'invalid_token']);
    }
    expect(decodeProtectedHeader((await inShop(await createGate())).pass)).toMatchObject({ alg: 'EdDSA', typ: 'sunbeon-pass+jwt' });
  });
});

describe('a sale that the shop confirms', () => {
  const create = () => createSale({ admitPerSecond: 1_000, confirmBy: 'shop', returnUrls: [shopUrl], stock: 10 });

  it('the visitor holds, the shop confirms; the visitor can neither confirm, release, buy nor leave', async () => {
    const saleId = await create();
    const visitor = await inside(saleId);
    expect((await visitor.buy(1, 'k')).body).toMatchObject({ status: 403, code: 'confirm_by_shop' });
    const { body: hold } = await visitor.hold(2, 'h');
    for (const answer of [await visitor.confirm(hold.holdId), await visitor.release(hold.holdId), await visitor.leave()])
      expect(answer.body).toMatchObject({ status: 403, code: 'confirm_by_shop' });
    const { body: redeemed } = await shop.redeem(ticketIn((await ticketFor(saleId, visitor.token)).body.url));
    expect(redeemed.hold).toEqual(hold);
    expect((await shop.get(redeemed.passId)).body.hold).toEqual(hold);
    const asShop = (method: string, path: string) =>
      rawCall<{ code?: string }>(method, `/api/sales/${saleId}/holds/${hold.holdId}${path}`, { token: shopKey });
    expect((await asShop('GET', '')).body).toEqual(hold);
    expect((await shop.complete(redeemed.passId, { outcome: 'purchased' })).body).toMatchObject({
      status: 409,
      code: 'hold_not_confirmed',
    });
    const confirmed = await Promise.all(Array.from({ length: 10 }, () => asShop('POST', '/confirm')));
    expect(new Set(confirmed.map(({ status, body }) => `${status} ${JSON.stringify(body)}`)).size).toBe(1);
    expect(confirmed[0]).toMatchObject({ status: 201, body: { quantity: 2, visitorId: visitor.visitor.visitorId } });
    expect((await shop.get(redeemed.passId)).body.state).toBe('completed');
    expect((await shop.complete(redeemed.passId, { outcome: 'purchased' })).status).toBe(200);
    expect((await visitor.place()).body.state).toBe('purchased');
    expect((await saleOf(saleId)).stock).toEqual({ total: 10, left: 8, held: 0, sold: 2 });
  });

  it('an abandoned stay gives the hold back', async () => {
    const saleId = await create();
    const visitor = await inside(saleId);
    await visitor.hold(2, 'h');
    const { body: redeemed } = await shop.redeem(ticketIn((await ticketFor(saleId, visitor.token)).body.url));
    expect((await shop.complete(redeemed.passId, { outcome: 'abandoned' })).status).toBe(200);
    expect((await saleOf(saleId)).stock).toEqual({ total: 10, left: 10, held: 0, sold: 0 });
    expect((await visitor.place()).body).toMatchObject({ state: 'completed', outcome: 'abandoned' });
  });
});
