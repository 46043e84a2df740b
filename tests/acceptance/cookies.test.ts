import { describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { createTokens } from '@sunbeon/runtime';
import type { Place, Visitor } from '@sunbeon/contracts';
import { createSale, gateways, joinAs, saleOf } from '../fixtures/client.ts';
import { adminToken } from '../fixtures/stack.mjs';
import { rawCall } from '../fixtures/raw-call.ts';

const foreign = createTokens('z'.repeat(40)).sign({ saleId: 'x', visitorId: 'v', seq: 1, generation: 1 });

describe('B8: several cookies of one name', () => {
  it('the valid one counts for a place, a join and the stream, in any position', async () => {
    const saleId = await createSale({ admitPerSecond: 0.001 });
    const { token } = await joinAs(saleId);
    const pair = (value: string) => `sunbeon_${saleId}=${value}`;
    const headers = [
      [pair(foreign), pair(token)],
      [pair('x'), pair(''), pair(token)],
      [pair(token), pair(foreign)],
      [pair(`"${token}"`)],
      [...Array<string>(60).fill('other=cookie'), pair(foreign), pair(token)],
    ];
    for (const cookies of headers) {
      const cookie = cookies.join('; ');
      expect((await rawCall<Visitor>('GET', `/api/sales/${saleId}/queue/me`, { headers: { cookie } })).body).toMatchObject({
        state: 'waiting',
        seq: 1,
      });
      expect(await rawCall<Place>('POST', `/api/sales/${saleId}/queue`, { headers: { cookie } })).toMatchObject({
        status: 200,
        body: { visitor: { seq: 1 } },
      });
      const socket = new WebSocket(`${gateways()[0]!.replace('http', 'ws')}/api/sales/${saleId}/live`, ['sunbeon.v1'], {
        origin: 'http://shop.test',
        headers: { cookie },
      });
      const first = await new Promise<string>((resolve, reject) => {
        socket.once('message', (data) => resolve(String(data))).once('error', reject);
      });
      expect(JSON.parse(first)).toMatchObject({ type: 'state', visitor: { seq: 1 } });
      socket.terminate();
    }
    expect(await saleOf(saleId)).toMatchObject({ joined: 1 });
  });

  it('a token in the Authorization header takes precedence, also an invalid one', async () => {
    const saleId = await createSale({ admitPerSecond: 0.001 });
    const { token } = await joinAs(saleId);
    const cookie = `sunbeon_${saleId}=${token}`;
    expect((await rawCall('GET', `/api/sales/${saleId}/queue/me`, { token: foreign, headers: { cookie } })).status).toBe(401);
    expect((await rawCall('POST', `/api/sales/${saleId}/queue`, { token: `${token}=`, headers: { cookie } })).status).toBe(401);
    expect((await rawCall('GET', `/api/sales/${saleId}/queue/me`, { headers: { cookie } })).status).toBe(200);
  });

  it('the password of a proxy in front (Basic) is no credential: a first join, a place, the stream and a session of the console work with it', async () => {
    const saleId = await createSale({ admitPerSecond: 0.001 });
    const authorization = `Basic ${Buffer.from('staging:secret').toString('base64')}`;
    const joined = await rawCall<Place>('POST', `/api/sales/${saleId}/queue`, { headers: { authorization } });
    expect(joined).toMatchObject({ status: 201, body: { visitor: { seq: 1 } } });
    const cookie = `sunbeon_${saleId}=${joined.body.token}`;
    for (const call of [
      ['GET', 'queue/me'],
      ['POST', 'queue'],
    ] as const)
      expect(await rawCall(call[0], `/api/sales/${saleId}/${call[1]}`, { headers: { authorization, cookie } })).toMatchObject({
        status: 200,
      });
    const socket = new WebSocket(`${gateways()[0]!.replace('http', 'ws')}/api/sales/${saleId}/live`, ['sunbeon.v1'], {
      origin: 'http://shop.test',
      headers: { authorization, cookie },
    });
    const first = await new Promise<string>((resolve, reject) => {
      socket.once('message', (data) => resolve(String(data))).once('error', reject);
    });
    expect(JSON.parse(first)).toMatchObject({ type: 'state', visitor: { seq: 1 } });
    socket.terminate();
    const origin = 'http://shop.test';
    const signedIn = await rawCall('POST', '/api/admin/session', { headers: { authorization, origin }, body: { token: adminToken } });
    expect(signedIn.status).toBe(200);
    const operator = signedIn.headers.getSetCookie()[0]!.split(';')[0]!;
    expect(
      (await rawCall('POST', `/api/admin/sales/${saleId}/pause`, { headers: { authorization, origin, cookie: operator } })).status,
    ).toBe(200);
    // A change by cookie still needs an allowed Origin.
    const foreignPage = { authorization, cookie: operator, origin: 'https://evil.test' };
    expect(await rawCall('POST', `/api/admin/sales/${saleId}/resume`, { headers: foreignPage })).toMatchObject({
      status: 403,
      body: { code: 'origin_not_allowed' },
    });
  });
});
