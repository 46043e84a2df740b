import { describe, expect, it } from '@jest/globals';
import { rpcPaths, type Place } from '@sunbeon/contracts';
import { createSale, gateways, joinAs, newSaleId, openLive, operator, publicSale, saleOf, visitorOf } from '../fixtures/client.ts';
import { rawCall } from '../fixtures/raw-call.ts';
import { until } from '../fixtures/sale.ts';

describe('the main job', () => {
  it('takes a visitor from the line to the ticket, with live updates', async () => {
    const saleId = await createSale({ admitPerSecond: 2, stock: 10 });
    const crowd = await Promise.all(Array.from({ length: 6 }, () => joinAs(saleId)));
    const last = crowd.find(({ visitor }) => visitor.seq === 6)!;
    const live = await openLive(saleId, last.token);
    const state = await live.waitFor('state');
    expect(live.messages[0]).toBe(state);
    expect(state.visitor).toMatchObject({ saleId, visitorId: last.visitor.visitorId, seq: 6 });
    expect(state.sale.saleId).toBe(saleId);
    const admitted = await live.waitFor('admitted');
    expect(Date.parse(admitted.admittedUntil)).toBeGreaterThan(Date.now());
    const positions = live.messages.flatMap((message) => (message.type === 'position' ? [message.position] : []));
    expect(positions).toEqual([...positions].sort((a, b) => b - a));
    expect(positions.length).toBeGreaterThan(0);
    const claimed = await last.claim();
    expect(claimed).toMatchObject({ status: 200, body: { state: 'admitted', claimed: true } });
    expect((await live.waitFor('claimed')).admittedUntil).toBe(claimed.body.admittedUntil);
    const bought = await last.buy(2, 'one');
    expect(bought.status).toBe(201);
    expect(bought.body).toEqual({
      purchaseId: expect.any(String),
      saleId,
      visitorId: last.visitor.visitorId,
      quantity: 2,
      state: 'paid',
      purchasedAt: expect.any(String),
    });
    expect((await live.waitFor('purchased')).purchase).toEqual(bought.body);
    expect((await last.place()).body.state).toBe('purchased');
    expect((await last.purchases()).body.purchases).toEqual([bought.body]);
    expect((await saleOf(saleId)).stock).toEqual({ total: 10, left: 8, held: 0, sold: 2 });
    const ids = live.messages.flatMap((message) => ('id' in message && message.type !== 'sale' ? [Number(message.id.split('-')[0])] : []));
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
    live.close();
  });

  it('holds, confirms and releases', async () => {
    const saleId = await createSale({ stock: 5 });
    const [a, b] = [await joinAs(saleId), await joinAs(saleId)];
    await until('both inside', async () => (await a.place()).body.state === 'admitted' && (await b.place()).body.state === 'admitted');
    const live = await openLive(saleId, a.token);
    await live.waitFor('state');
    const hold = await a.hold(2, 'h');
    expect(hold).toMatchObject({ status: 201, body: { saleId, visitorId: a.visitor.visitorId, quantity: 2 } });
    expect((await live.waitFor('held')).hold).toEqual(hold.body);
    expect((await saleOf(saleId)).stock).toEqual({ total: 5, left: 3, held: 2, sold: 0 });
    expect(await b.confirm(hold.body.holdId)).toMatchObject({ status: 404, body: { code: 'hold_not_found' } });
    expect((await a.holds()).body.holds).toEqual([hold.body]);
    expect((await b.holds()).body.holds).toEqual([]);
    const bought = await a.confirm(hold.body.holdId);
    expect((await a.holds()).body.holds).toEqual([]);
    expect(bought).toMatchObject({ status: 201, body: { quantity: 2 } });
    const again = await a.confirm(hold.body.holdId);
    expect(again.body).toEqual(bought.body);
    const other = await b.hold(3, 'h');
    expect((await publicSale(saleId)).body.soldOut).toBe(false);
    expect((await b.release(other.body.holdId)).status).toBe(204);
    expect(await b.release(other.body.holdId)).toMatchObject({ status: 404, body: { code: 'hold_not_found' } });
    expect((await saleOf(saleId)).stock).toEqual({ total: 5, left: 3, held: 0, sold: 2 });
    live.close();
  });

  it('lets a browser with an invalid cookie join; a forged bearer is still refused', async () => {
    const saleId = await createSale();
    const stale = { cookie: `sunbeon_${saleId}=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJvbGQifQ.c2lnbmVkLWJ5LW5vYm9keQ` };
    const path = `/api/sales/${saleId}/queue`;
    expect((await rawCall('GET', `${path}/me`, { headers: stale })).status).toBe(401);
    const joined = await rawCall<Place>('POST', path, { headers: stale });
    expect(joined).toMatchObject({ status: 201, body: { visitor: { state: 'waiting', seq: 1 } } });
    expect(joined.headers.get('set-cookie')).toContain(joined.body.token);
    const mine = { cookie: `sunbeon_${saleId}=${joined.body.token}` };
    expect(await rawCall<Place>('POST', path, { headers: mine })).toMatchObject({
      status: 200,
      body: { visitor: { visitorId: joined.body.visitor.visitorId } },
    });
    expect((await visitorOf(saleId, 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJvbGQifQ.c2lnbmVkLWJ5LW5vYm9keQ').join()).status).toBe(401);
  });

  it('gives the slot to the next visitor after a departure, a passed deadline or a purchase', async () => {
    const saleId = await createSale({ activeLimit: 1, claimSeconds: 1, admitPerSecond: 50 });
    const crowd: Awaited<ReturnType<typeof joinAs>>[] = [];
    for (let i = 0; i < 4; i += 1) crowd.push(await joinAs(saleId));
    const inside = (index: number) =>
      until(`visitor ${index + 1} inside`, async () => (await crowd[index]!.place()).body.state === 'admitted', 6_000);
    await inside(0);
    expect((await crowd[0]!.leave()).status).toBe(204);
    await inside(1);
    // The second one never claims.
    await inside(2);
    expect((await crowd[1]!.place()).body.state).toBe('expired');
    await crowd[2]!.buy(1, 'k');
    await inside(3);
    expect(await crowd[1]!.claim()).toMatchObject({ status: 403, body: { code: 'not_admitted' } });
  });

  it('sends sold out to waiting visitors within two seconds, and added stock too', async () => {
    const saleId = await createSale({ stock: 1, activeLimit: 1 });
    const buyer = await joinAs(saleId);
    await until('inside', async () => (await buyer.place()).body.state === 'admitted');
    const waiting = await joinAs(saleId);
    const live = await openLive(saleId, waiting.token);
    await live.waitFor('state');
    await buyer.buy(1, 'k');
    await live.waitFor('sale', ({ sale }) => sale.soldOut, 2_000);
    expect(await visitorOf(saleId).join()).toMatchObject({ status: 409, body: { code: 'sold_out' } });
    await operator.addStock(saleId, 5);
    await live.waitFor('sale', ({ sale }) => !sale.soldOut, 2_500);
    await live.waitFor('admitted', undefined, 4_000);
    live.close();
  });

  it('resumes where a connection broke: every missed event once, and none twice', async () => {
    const saleId = await createSale({ admitPerSecond: 1 });
    const visitor = await joinAs(saleId);
    const first = await openLive(saleId, visitor.token);
    const { id } = await first.waitFor('state');
    first.close();
    await until('inside', async () => (await visitor.place()).body.state === 'admitted');
    await visitor.claim();
    const second = await openLive(saleId, visitor.token, { after: id });
    await second.waitFor('claimed');
    expect(second.messages[0]!.type).toBe('state');
    const seen = second.messages.filter(({ type }) => type === 'admitted' || type === 'claimed');
    expect(seen.length).toBeGreaterThanOrEqual(1);
    expect(new Set(seen.map((message) => ('id' in message ? message.id : ''))).size).toBe(seen.length);
    second.close();
  });

  it('keeps the place of a returning token, and sends departed visitors to the back', async () => {
    const saleId = await createSale({ admitPerSecond: 0.01 });
    const [a, b] = [await joinAs(saleId), await joinAs(saleId)];
    expect(await a.join()).toMatchObject({ status: 200, body: { visitor: { seq: 1, visitorId: a.visitor.visitorId } } });
    expect((await a.leave()).status).toBe(204);
    expect((await a.leave()).status).toBe(204);
    expect((await a.place()).body.state).toBe('left');
    expect((await b.place()).body).toMatchObject({ position: 1, waiting: 1 });
    expect(await a.join()).toMatchObject({ status: 201, body: { visitor: { seq: 3, position: 2 } } });
  });
});

describe('the operator', () => {
  it('creates with the defaults, changes, pauses, resumes, closes and deletes', async () => {
    const saleId = newSaleId();
    const created = await operator.create({ saleId, title: 'T', stock: 5 });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({
      saleId,
      title: 'T',
      status: 'open',
      soldOut: false,
      stock: { total: 5, left: 5, held: 0, sold: 0 },
      waiting: 0,
      lobby: 0,
      active: 0,
      admitPerSecond: 50,
      activeLimit: 1_000,
      claimSeconds: 60,
      sessionSeconds: 300,
      holdSeconds: 120,
      perVisitorLimit: 4,
      version: 1,
    });
    expect(await operator.create({ saleId, title: 'T', stock: 5 })).toMatchObject({ status: 409, body: { code: 'sale_exists' } });
    const changed = await operator.change(saleId, { admitPerSecond: 0.25, message: 'hello' }, { version: 1 });
    expect(changed).toMatchObject({ status: 200, body: { admitPerSecond: 0.25, message: 'hello', version: 2 } });
    expect(await operator.change(saleId, { title: 'X' }, { version: 1 })).toMatchObject({
      status: 412,
      body: { code: 'version_conflict' },
    });
    expect(await operator.delete(saleId)).toMatchObject({ status: 409, body: { code: 'sale_not_closed' } });
    expect((await operator.pause(saleId)).body.status).toBe('paused');
    expect((await joinAs(saleId)).visitor.etaSeconds).toBeUndefined();
    expect((await operator.resume(saleId)).body.status).toBe('open');
    expect((await operator.close(saleId)).body.status).toBe('closed');
    expect(await visitorOf(saleId).join()).toMatchObject({ status: 409, body: { code: 'sale_not_open' } });
    expect((await operator.delete(saleId)).status).toBe(204);
    expect(await operator.sale(saleId)).toMatchObject({ status: 404, body: { code: 'sale_not_found' } });
  });

  it('opens a scheduled sale by itself: joins are refused before, accepted after', async () => {
    const saleId = await createSale({ opensAt: new Date(Date.now() + 1_500).toISOString() });
    expect(await visitorOf(saleId).join()).toMatchObject({ status: 409, body: { code: 'sale_not_open' } });
    await until('it is open', async () => (await visitorOf(saleId).join()).status === 201, 4_000);
    await until('the operator sees it', async () => (await saleOf(saleId)).status === 'open', 3_000);
  });

  it('sees the leader, its epoch and its last tick', async () => {
    const saleId = await createSale();
    await until('a tick', async () => (await saleOf(saleId)).lastTickAt !== undefined, 4_000);
    expect(await saleOf(saleId)).toMatchObject({ leader: expect.stringContaining('admission'), epoch: 1 });
  });
});

describe('every gateway', () => {
  it('keeps metrics and health off the public port, and describes what it serves', async () => {
    for (const base of gateways()) {
      for (const path of ['/metrics', '/livez', '/readyz', rpcPaths.join]) {
        expect((await rawCall('GET', path, { base })).status).toBe(404);
      }
      const document = await rawCall<{ openapi: string; paths: Record<string, unknown> }>('GET', '/openapi.json', { base });
      expect(document.body.openapi).toMatch(/^3\.1/);
      expect(Object.keys(document.body.paths)).toContain('/api/sales/{sale}/queue');
    }
  });
});
