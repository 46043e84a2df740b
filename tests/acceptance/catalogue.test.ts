import { beforeAll, describe, expect, it } from '@jest/globals';
import { cacheControl, publicRoutes, type PublicRoute } from '@sunbeon/contracts';
import { adminToken, shopKey } from '../fixtures/stack.mjs';
import { createSale, joinAs } from '../fixtures/client.ts';
import { rawCall } from '../fixtures/raw-call.ts';
import { soundRequest } from '../fixtures/sound-request.ts';

const routes: [string, PublicRoute][] = Object.entries(publicRoutes);

/** The credentials that a caller of each kind may show; every other one must be refused. */
const admitted: Record<PublicRoute['auth'], string[]> = {
  none: ['none', 'junk', 'visitor', 'elsewhere', 'shop', 'operator'],
  visitor: ['visitor'],
  'visitor-if-any': ['none', 'visitor'],
  shop: ['shop'],
  'visitor-or-shop': ['visitor', 'shop'],
  operator: ['operator'],
  session: ['none', 'operator'],
  // The token of the example is nobody's.
  'sign-in': [],
};

/** A sale with one waiting visitor and no admissions. */
const quietSale = async () => {
  const saleId = await createSale({ admitPerSecond: 0.001 });
  return { saleId, token: (await joinAs(saleId)).token };
};

let elsewhere: string;
beforeAll(async () => {
  elsewhere = (await quietSale()).token;
});

describe('every route of the catalogue', () => {
  it.each(routes)('%s accepts the credentials of its `auth` and refuses all others with 401', async (_, route) => {
    const { saleId, token: visitor } = await quietSale();
    const credentials: [string, string | undefined][] = [
      ['none', undefined],
      ['junk', 'junk'],
      ['elsewhere', elsewhere],
      ['operator', adminToken],
      ['shop', shopKey],
      ['visitor', visitor],
    ];
    // Accepted credentials come last: their call may end the resource of the others.
    const inOrder = credentials.toSorted(([a], [b]) => Number(admitted[route.auth].includes(a)) - Number(admitted[route.auth].includes(b)));
    for (const [name, token] of inOrder) {
      const { path, ...request } = soundRequest(route, saleId);
      const { status, body, headers } = await rawCall<{ code?: string } | undefined>(route.method, path, {
        ...request,
        ...(token === undefined ? {} : { token }),
      });
      if (admitted[route.auth].includes(name)) {
        expect([name, status, body?.code]).not.toEqual([name, 401, expect.anything()]);
        expect([name, status, body?.code]).not.toEqual([name, 404, 'route_not_found']);
        expect([name, status < 500 || status]).toEqual([name, true]);
      } else expect([name, status, body?.code]).toEqual([name, 401, 'invalid_token']);
      // A cache keeps only what the catalogue calls the same for everyone, and never a cookie.
      const caching = status < 400 ? cacheControl[route.caching ?? 'own'] : 'no-store';
      expect([name, status, headers.get('cache-control')]).toEqual([name, status, caching]);
      if (caching.startsWith('public')) expect(headers.getSetCookie()).toEqual([]);
    }
  });

  it.each(routes.filter(([, { auth }]) => auth !== 'none' && auth !== 'sign-in'))(
    '%s checks the credential before the request',
    async (_, route) => {
      const path = route.url.replace(':sale', 'nowhere').replace(/:\w+/g, 'nonsense');
      const answer = await rawCall(route.method, path, {
        token: 'junk',
        ...(route.method === 'GET' ? {} : { body: route.body === undefined ? {} : { nonsense: 1 } }),
      });
      expect([answer.status, answer.body.code]).toEqual([401, 'invalid_token']);
    },
  );
});
