import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newHoldId } from '@sunbeon/contracts/server';
import { createTokens } from '@sunbeon/runtime';
import { startGateway, type TestGateway } from '../../../tests/fixtures/gateway.ts';
import { shopKeyLimits } from '../src/routes/shop-key-limit.ts';

const right = 'the-key-of-the-shop-0123456789abcdef';
const saleId = 'concert';
const ofVisitor = { saleId, visitorId: 'v', seq: 1, generation: 1 };
const foreign = createTokens('z'.repeat(40)).sign(ofVisitor);

let purchase: Server;
let gateway: TestGateway;
let good: string;
/** Calls that came to the service. */
let asked = 0;
beforeAll(async () => {
  purchase = createServer(({ headers: { authorization } }, response) => {
    asked += 1;
    const isRight = authorization === `Bearer ${right}` || authorization === `Bearer ${good}`;
    response
      .writeHead(isRight ? 204 : 401, { 'content-type': 'application/problem+json' })
      .end(isRight ? undefined : JSON.stringify({ status: 401, code: 'invalid_token' }));
  }).listen(0, '127.0.0.1');
  await once(purchase, 'listening');
});
afterAll(() => {
  purchase.close();
  purchase.closeAllConnections();
});

const calls = [
  ['POST', 'holds/$/confirm'],
  ['DELETE', 'holds/$'],
  ['GET', 'holds/$'],
] as const;
const call = async ([method, path]: (typeof calls)[number], headers: Record<string, string>): Promise<number> =>
  (await fetch(`${gateway.base}/api/sales/${saleId}/${path.replace('$', newHoldId())}`, { method, headers })).status;
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const guess = async (one: (typeof calls)[number], times: number): Promise<number[]> => {
  const statuses: number[] = [];
  for (let i = 0; i < times; i += 1) statuses.push(await call(one, bearer(`guess-${i}`)));
  return statuses;
};

describe.each(calls.map((one) => [one.join(' '), one] as const))('guessing a shop key with %s', (_, one) => {
  beforeEach(async () => {
    gateway = await startGateway({ PURCHASE_URL: `http://127.0.0.1:${(purchase.address() as AddressInfo).port}` });
    good = gateway.token(ofVisitor);
  });
  afterEach(() => gateway.stop());

  it('is over for the address after too many, on all calls of the shop; who showed the right key goes on', async () => {
    expect(await call(one, bearer(right))).toBe(204);
    expect(new Set(await guess(one, shopKeyLimits.guesses))).toEqual(new Set([401]));
    const before = asked;
    for (const other of calls) expect([other, await guess(other, 2)]).toEqual([other, [429, 429]]);
    expect(asked).toBe(before);
    for (const other of calls) expect([other, await call(other, bearer(right))]).toEqual([other, 204]);
  });
});

describe('the calls that visitors may make, too', () => {
  const ofBoth = calls.slice(0, 2);
  beforeAll(async () => {
    gateway = await startGateway({ PURCHASE_URL: `http://127.0.0.1:${(purchase.address() as AddressInfo).port}` });
    good = gateway.token(ofVisitor);
  });
  afterAll(() => gateway.stop());

  it('count no token of a visitor, also none that is wrong, and are open to visitors at the address of a guesser', async () => {
    for (let i = 0; i <= shopKeyLimits.guesses / 2; i += 1) for (const one of ofBoth) expect(await call(one, bearer(foreign))).toBe(401);
    for (const one of ofBoth) expect(await call(one, {})).toBe(401);
    expect((await guess(ofBoth[1]!, shopKeyLimits.guesses)).every((status) => status === 401)).toBe(true);
    expect(await guess(ofBoth[1]!, 1)).toEqual([429]);
    for (const one of ofBoth) {
      expect(await call(one, bearer(good))).toBe(204);
      expect(await call(one, bearer(foreign))).toBe(401);
    }
  });
});
