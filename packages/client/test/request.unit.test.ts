import { describe, expect, it } from '@jest/globals';
import { createClient, type Failure } from '../src/index.ts';
import { createOperator } from '../src/operator.ts';
import { operatorPaths } from '../src/operator-paths.ts';
import { visitorPaths } from '../src/route-paths.ts';
import { shopPaths } from '../src/shop.ts';
import { errorCatalogue, publicRoutes } from '@sunbeon/contracts';

interface Seen {
  url: string;
  method: string;
  headers: Record<string, string>;
  body: unknown;
}

/** A server that answers from a list, repeating the last entry, and records the requests. */
const serverOf = (...answers: (() => Response | Promise<Response>)[]) => {
  const seen: Seen[] = [];
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const { method, headers, body } = init as { method: string; headers: Record<string, string>; body?: string };
    seen.push({ url, method, headers, body: body === undefined ? undefined : JSON.parse(body) });
    const answer = answers[Math.min(seen.length, answers.length) - 1]!;
    init.signal!.throwIfAborted();
    return Promise.race([
      answer(),
      new Promise<never>((_, reject) => init.signal!.addEventListener('abort', () => reject(new Error('aborted')), { once: true })),
    ]);
  };
  return { fetch, seen };
};
const json =
  (status: number, body: unknown, headers: Record<string, string> = {}) =>
  (): Response =>
    new Response(JSON.stringify(body), { status, headers });
const problem = (status: number, code: string, headers: Record<string, string> = {}) =>
  json(status, { type: 'x', title: 'x', status, code, detail: 'why' }, { 'content-type': 'application/problem+json', ...headers });
const never = () => new Promise<Response>(() => {});
const clientOf = (...answers: Parameters<typeof serverOf>) => {
  const server = serverOf(...answers);
  return { client: createClient({ baseUrl: 'http://api', fetch: server.fetch, token: 'mine' }), ...server };
};

describe('a call of the client', () => {
  it('has the method and address of the catalogue, for every route', () => {
    expect({ ...visitorPaths, ...shopPaths, ...operatorPaths }).toEqual(
      Object.fromEntries(
        Object.entries(publicRoutes)
          // Proxies and guards ask the gateway; a login is a navigation.
          .filter(([, { service, tag, answers }]) => (service !== 'gateway' || tag !== 'passes') && Object.keys(answers).join() !== '302')
          .map(([name, { method, url }]) => [name, `${method} ${url}`]),
      ),
    );
  });

  it('says when an order was checked in for the first time', async () => {
    const checkedInAt = '2026-05-01T10:00:00.000Z';
    const { fetch } = serverOf(json(409, { code: 'already_checked_in', checkedInAt }, { 'content-type': 'application/problem+json' }));
    const refused = await createOperator({ baseUrl: 'http://api', token: 'mine', fetch }).checkInOrder('sale', 'p_1');
    expect(refused).toMatchObject({ ok: false, failure: { code: 'already_checked_in', checkedInAt } });
  });

  it('names sale and hold in its address, escaped, and sends token and body', async () => {
    const { client, seen } = clientOf(json(201, {}));
    await client.confirm('a/b', 'h?');
    await client.hold('sale', 2, { idempotencyKey: 'k', token: 'other' });
    await client.sales({ limit: 5 });
    expect(seen[0]).toMatchObject({
      method: 'POST',
      url: 'http://api/api/sales/a%2Fb/holds/h%3F/confirm',
      headers: { authorization: 'Bearer mine' },
    });
    expect(seen[1]).toMatchObject({
      body: { quantity: 2 },
      headers: { authorization: 'Bearer other', 'idempotency-key': 'k', 'content-type': 'application/json' },
    });
    expect(seen[2]!.url).toBe('http://api/api/sales?limit=5');
  });

  it('gives value and status, and nothing for an answer without a body', async () => {
    const { client } = clientOf(json(201, { token: 't' }), () => new Response(null, { status: 204 }));
    expect(await client.join('sale')).toEqual({ ok: true, status: 201, value: { token: 't' } });
    expect(await client.leave('sale')).toEqual({ ok: true, status: 204, value: undefined });
  });

  it('counts an answer without a body, where there must be one, as unreadable', async () => {
    const unreadable = { ok: false, failure: { code: 'network', reason: 'unreadable' } };
    for (const answer of [() => new Response(null, { status: 204 }), () => new Response(''), json(200, null), json(200, 'ok')]) {
      const { client } = clientOf(answer);
      expect(await client.place('sale')).toMatchObject(unreadable);
      expect(await client.line('sale')).toMatchObject(unreadable);
      expect(await client.claim('sale')).toMatchObject(unreadable);
    }
    const operator = createOperator({ baseUrl: '', token: 'op', fetch: async () => new Response(null, { status: 204 }) });
    expect(await operator.session()).toEqual({ ok: true, status: 204, value: undefined });
  });

  it('fails with the code of the problem, and when to come back', async () => {
    const { client } = clientOf(problem(429, 'rate_limited', { 'retry-after': '3' }));
    const result = await client.join('sale');
    expect(result).toEqual({
      ok: false,
      failure: { code: 'rate_limited', status: 429, retryAfterMs: 3_000, detail: 'why', isProblem: true },
    });
  });

  it.each([
    [502, 'unavailable'],
    [408, 'unavailable'],
    [425, 'unavailable'],
    [429, 'rate_limited'],
    [418, 'internal_error'],
  ] as const)('counts an answer of %i without a problem as %s', async (status, code) => {
    for (const answer of [json(status, 'no'), problem(status, 'a_later_code')]) {
      expect(await clientOf(answer).client.sale('sale')).toMatchObject({ ok: false, failure: { code, status } });
    }
  });

  it('reports the reason of a missing answer', async () => {
    const reasonOf = async (result: Promise<unknown>) => ((await result) as { failure: Failure }).failure;
    const broken = () => Promise.reject(new Error('reset'));
    expect(await reasonOf(clientOf(broken).client.sale('s'))).toMatchObject({ code: 'network', reason: 'unreachable' });
    expect(await reasonOf(clientOf(never).client.sale('s', { timeoutMs: 5 }))).toMatchObject({ code: 'network', reason: 'timeout' });
    expect(await reasonOf(clientOf(never).client.sale('s', { signal: AbortSignal.timeout(5) }))).toMatchObject({
      code: 'network',
      reason: 'aborted',
    });
    expect(await reasonOf(clientOf(never).client.sale('s', { signal: AbortSignal.abort() }))).toMatchObject({
      code: 'network',
      reason: 'aborted',
    });
    expect(await reasonOf(clientOf(() => new Response('{', { status: 200 })).client.sale('s'))).toMatchObject({
      code: 'network',
      reason: 'unreadable',
    });
  });

  it('makes a key of its own for each purchase, and keeps it for all attempts', async () => {
    const { client, seen } = clientOf(() => Promise.reject(new Error('reset')), json(201, {}));
    expect(await client.purchase('sale', 1, { attempts: 3 })).toMatchObject({ ok: true });
    await client.purchase('sale', 1);
    const keys = seen.map(({ headers }) => headers['idempotency-key']!);
    expect(keys[0]!.length).toBeGreaterThan(20);
    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).not.toBe(keys[0]);
  });

  it('does not repeat a refused call', async () => {
    const { client, seen } = clientOf(problem(409, 'sold_out'));
    await client.purchase('sale', 1, { attempts: 3 });
    expect(seen).toHaveLength(1);
  });

  it('sends no token that a header cannot hold', async () => {
    const { client, seen } = clientOf(json(200, {}));
    expect(await client.withToken('a b').place('sale')).toMatchObject({ ok: false, failure: { code: 'invalid_token' } });
    expect(seen).toHaveLength(0);
    expect(errorCatalogue.invalid_token.status).toBe(401);
  });

  it('reads origin and token before each call', async () => {
    const { fetch, seen } = serverOf(json(200, {}));
    let turn = 0;
    const client = createClient({
      baseUrl: () => `http://gateway-${(turn += 1)}`,
      fetch,
      token: (sale) => (sale === 'mine' ? 'token' : undefined),
    });
    await client.place('mine');
    await client.place('other');
    expect(seen.map(({ url, headers }) => [new URL(url).host, headers['authorization']])).toEqual([
      ['gateway-1', 'Bearer token'],
      ['gateway-2', undefined],
    ]);
  });

  it('of an operator changes a sale only if it is still that version', async () => {
    const { fetch, seen } = serverOf(json(200, {}));
    const operator = createOperator({ baseUrl: '', token: 'op', fetch });
    await operator.change('sale', { title: 'x' }, { version: 7 });
    await operator.auditLog('sale');
    await operator.stats('sale', { afterMs: 5 });
    await operator.setStatus('sale', 'pause');
    expect(seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'PATCH /api/admin/sales/sale',
      'GET /api/admin/audit-log?sale=sale',
      'GET /api/admin/sales/sale/stats?after=5',
      'POST /api/admin/sales/sale/pause',
    ]);
    expect(seen[0]!.headers['if-match']).toBe('"7"');
  });
});
