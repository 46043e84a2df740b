import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Visitor } from '@sunbeon/contracts';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { api, apiAt, createSale, gateways, joinAs, openLive, operator, publicSale, saleOf, visitorOf } from '../fixtures/client.ts';
import { entryOf, orderOf, rootOf, rosterOf, sha256 } from '../fixtures/draw.ts';
import { isLong } from '../fixtures/long.ts';
import { rawCall } from '../fixtures/raw-call.ts';
import { until } from '../fixtures/sale.ts';

const at = (inMs: number): string => new Date(Date.now() + inMs).toISOString();
/** Times are whole seconds to a sale's form: a lobby that is open, and opens in some seconds. */
const lobbySale = (opensInMs: number, settings: Parameters<typeof createSale>[0] = {}): Promise<string> =>
  createSale({ lobbyOpensAt: at(-60_000), opensAt: at(opensInMs), admitPerSecond: 1, ...settings });
/** The verifier as anybody runs it, in a process of its own. */
const verify = (...args: string[]): Promise<{ status: number; text: string }> =>
  new Promise((resolve) => {
    const main = join(import.meta.dirname, '../../packages/verify/dist/main.js');
    execFile(process.execPath, [main, ...args], (error, stdout, stderr) =>
      resolve({ status: error === null ? 0 : Number(error.code), text: stdout + stderr }),
    );
  });
const keySet = createRemoteJWKSet(new URL(`${gateways()[0]}/.well-known/jwks.json`));
/** Pages of rosters that the gateways read from Redis so far. */
const rosterReads = async (): Promise<number> => {
  const texts = await Promise.all(process.env['TEST_OPS']!.split(',').map(async (ops) => await (await fetch(`${ops}/metrics`)).text()));
  return texts
    .flatMap((text) => [...text.matchAll(/^sunbeon_script_duration_seconds_count\{.*script="gateway\/read-roster".*\} (\d+)$/gm)])
    .reduce((sum, [, count]) => sum + Number(count), 0);
};
const read = async (receipt: string, saleId: string) =>
  jwtVerify(receipt, keySet, { audience: `sunbeon:sale:${saleId}`, typ: 'sunbeon-receipt+jwt', algorithms: ['EdDSA'] });

describe('a lobby and its draw', () => {
  it('give every visitor the place that anyone can compute, and tell it by push', async () => {
    const saleId = await lobbySale(3_000);
    const first = await joinAs(saleId);
    expect(first.visitor).toEqual({
      saleId,
      visitorId: first.visitor.visitorId,
      state: 'lobby',
      generation: expect.any(Number),
      pollAfterMs: expect.any(Number),
    });
    const { generation } = first.visitor;
    expect(await visitorOf(saleId, first.token).join()).toMatchObject({
      status: 200,
      body: { visitor: { visitorId: first.visitor.visitorId, state: 'lobby' } },
    });
    const committed = (await api.draw(saleId)).body;
    expect(committed).toEqual({
      algorithm: 'sunbeon-draw-v1',
      phase: 'committed',
      order: 'random',
      commitment: (await publicSale(saleId)).body.draw!.commitment,
      generation,
      lobbyOpensAt: expect.any(String),
      opensAt: expect.any(String),
    });
    const crowd = [first, ...(await Promise.all(Array.from({ length: 59 }, () => joinAs(saleId))))];
    const lives = await Promise.all(crowd.slice(0, 20).map(({ token }, i) => openLive(saleId, token, { base: gateways()[i % 2]! })));
    expect((await lives[0]!.waitFor('state')).visitor).toEqual({ ...first.visitor, pollAfterMs: expect.any(Number) });
    const gone = crowd.pop()!;
    expect((await gone.leave()).status).toBe(204);
    expect((await gone.place()).body.state).toBe('left');
    expect(await gone.receipt()).toMatchObject({ status: 404, body: { code: 'not_in_queue' } });
    expect(await saleOf(saleId)).toMatchObject({ status: 'lobby', lobby: 59, waiting: 0, admitted: 0 });
    const inLobby = await read((await first.receipt()).body.receipt, saleId);
    expect(inLobby.payload).toEqual({
      iss: expect.any(String),
      aud: `sunbeon:sale:${saleId}`,
      sub: entryOf(saleId, generation, first.visitor.visitorId).toString('hex'),
      iat: expect.any(Number),
      generation,
      joinedAt: expect.any(String),
      commitment: committed.commitment,
    });

    // By one gateway: an answer of another may be a second older.
    const oneGateway = apiAt(gateways()[0]);
    await until('the draw', async () => (await oneGateway.draw(saleId)).body.phase === 'drawn', 10_000);
    const drawn = (await oneGateway.draw(saleId)).body;
    const visitors = crowd.map(({ visitor: { visitorId } }) => visitorId);
    expect(sha256(Buffer.from(drawn.seed!, 'hex')).toString('hex')).toBe(committed.commitment);
    expect(drawn).toMatchObject({ count: 59, root: rootOf(rosterOf(saleId, generation, visitors)).toString('hex') });
    const order = orderOf(saleId, generation, visitors, drawn.seed!);

    for (const [i, live] of lives.entries()) {
      const seq = order.indexOf(visitors[i]!) + 1;
      await until(
        'the place by push',
        () => live.messages.some((message) => message.type === 'state' && message.visitor.seq === seq),
        5_000,
      );
      const statuses = live.messages.flatMap((message) => ('sale' in message ? [message.sale.status] : []));
      expect(statuses).toEqual([...statuses].sort((a, b) => 'lobby drawing open'.indexOf(a) - 'lobby drawing open'.indexOf(b)));
      expect(live.socket.readyState).toBe(1);
      live.close();
    }
    for (const { token, visitor } of crowd.slice(40, 45)) {
      const seq = order.indexOf(visitor.visitorId) + 1;
      // A token of the lobby is renewed by its next look, as cookie and as header; the new one has the number.
      const looked = await rawCall<Visitor>('GET', `/api/sales/${saleId}/queue/me`, { headers: { authorization: `Bearer ${token}` } });
      expect(looked.body.seq ?? seq).toBe(seq);
      if (looked.body.state !== 'waiting') continue;
      const renewed = looked.headers.get('sunbeon-token')!;
      expect(JSON.parse(Buffer.from(renewed.split('.')[1]!, 'base64url').toString())).toMatchObject({ sub: visitor.visitorId, seq });
      expect(looked.headers.get('set-cookie')).toContain(renewed);
      expect((await visitorOf(saleId, renewed).place()).headers.get('sunbeon-token')).toBeNull();
      const receipt = await read((await visitorOf(saleId, renewed).receipt()).body.receipt, saleId);
      expect(receipt.payload).toMatchObject({ seq, root: drawn.root, sub: entryOf(saleId, generation, visitor.visitorId).toString('hex') });
    }
    const entries = await oneGateway.drawEntries(saleId, drawn.root!, 0);
    expect(entries.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(entries.headers.get('content-type')).toBe('application/octet-stream');
    expect(Buffer.from(entries.body)).toEqual(Buffer.concat(rosterOf(saleId, generation, visitors)));
    for (const path of [`${drawn.root}/entries/1`, `${'0'.repeat(64)}/entries/0`, `${drawn.root}/entries/00`, `${drawn.root}/entries/x`]) {
      const none = await rawCall('GET', `/api/sales/${saleId}/draw/${path}`);
      expect(none).toMatchObject({ status: 404, body: { code: 'no_draw' } });
      expect(none.headers.get('cache-control')).toBe('no-store');
    }
    const readsBefore = await rosterReads();
    expect(readsBefore).toBeGreaterThan(0);
    for (let page = 1; page < 50; page += 1)
      expect((await rawCall('GET', `/api/sales/${saleId}/draw/${drawn.root}/entries/${page}`)).status).toBe(404);
    expect(await rosterReads()).toBe(readsBefore);
    expect((await rawCall('GET', `/api/sales/${saleId}/draw`)).headers.get('cache-control')).toBe('public, max-age=1');
    const seqOfFirst = order.indexOf(first.visitor.visitorId) + 1;
    const verdict = await verify(`${gateways()[0]}/api/sales/${saleId}`, '--visitor', first.visitor.visitorId);
    expect(verdict.status).toBe(0);
    expect(verdict.text.replaceAll(',', '')).toContain(`${seqOfFirst} of 59`);
    expect((await verify(`${gateways()[0]}/api/sales/${saleId}`, '--visitor', gone.visitor.visitorId)).text).toContain('not_in_roster');
    await until('the first one inside', async () => (await saleOf(saleId)).admitted > 0);
    expect((await visitorOf(saleId, crowd.find(({ visitor }) => visitor.visitorId === order[0])!.token).place()).body.state).toBe(
      'admitted',
    );
  });

  if (isLong)
    it('of two hundred sales that open in one second are drawn within seconds', async () => {
      const opensAtMs = Date.now() + 5_000;
      const sales = await Promise.all(Array.from({ length: 200 }, () => lobbySale(opensAtMs - Date.now())));
      const visitors = await Promise.all(sales.map((saleId) => joinAs(saleId)));
      expect(Date.now()).toBeLessThan(opensAtMs);
      await until('the openings', () => Date.now() > opensAtMs);
      const last = visitors.map(({ token, visitor: { saleId } }) => visitorOf(saleId, token));
      // A limit, not a measurement: other tests run beside this one.
      await until(
        'every place',
        async () => (await Promise.all(last.map((one) => one.place()))).every(({ body }) => body.state !== 'lobby'),
        15_000,
      );
    });

  it('are refused where there are none', async () => {
    expect(await api.draw(await createSale())).toMatchObject({ status: 404, body: { code: 'no_draw' } });
    expect(await api.draw('no_such_sale_here')).toMatchObject({ status: 404, body: { code: 'sale_not_found' } });
    expect(await api.draw(await lobbySale(60_000, { lobbyOrder: 'arrival' }))).toMatchObject({ status: 404, body: { code: 'no_draw' } });
    for (const settings of [
      { lobbyOpensAt: at(1_000) },
      { lobbyOrder: 'random' as const },
      { drawBeacon: 'drand' as const, opensAt: at(60_000) },
      { lobbyOpensAt: at(2_000), opensAt: at(1_000) },
      { lobbyOpensAt: at(1_000), opensAt: at(60_000), lobbyOrder: 'arrival' as const, drawBeacon: 'drand' as const },
    ])
      await expect(createSale(settings)).rejects.toThrow('400');
  });

  it('end without an order when the sale is closed: every open page hears that its visitor has left', async () => {
    const saleId = await lobbySale(60_000);
    const one = await joinAs(saleId);
    const live = await openLive(saleId, one.token);
    await live.waitFor('state');
    expect((await operator.close(saleId)).status).toBe(200);
    await until('the end', () => live.messages.some((message) => message.type === 'state' && message.visitor.state === 'left'), 5_000);
    expect(await one.place()).toMatchObject({ body: { state: 'left' } });
    expect((await apiAt().draw(saleId)).body).not.toHaveProperty('seed');
    live.close();
  });

  it('are moved to now, and no later change of the opening counts', async () => {
    const saleId = await lobbySale(3_600_000);
    const one = await joinAs(saleId);
    const live = await openLive(saleId, one.token);
    await live.waitFor('state');
    expect(await operator.change(saleId, { drawBeacon: 'drand' })).toMatchObject({ status: 409, body: { code: 'draw_fixed' } });
    expect(await operator.change(saleId, { opensAt: at(1_800_000) })).toMatchObject({ status: 200 });
    // The gateway reads the sale at most once a second: after this frame, not before the place.
    await live.waitFor('sale');
    const opened = await operator.open(saleId);
    expect(opened).toMatchObject({ status: 200, body: { status: 'drawing' } });
    const place = () => live.messages.find((message) => message.type === 'state' && message.visitor.seq === 1);
    await until('the place', () => place() !== undefined, 5_000);
    // Place and sale of one frame are of one time: with a number, the lobby is over.
    expect(place()).not.toMatchObject({ sale: { status: 'lobby' } });
    live.close();
    const late = await joinAs(saleId);
    expect(late.visitor.seq).toBe(2);
  });
});
