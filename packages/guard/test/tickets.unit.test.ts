import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createGuard } from '@sunbeon/guard';
import { call, cookieOf, guardFor, listeningLog, optionsFor, responseOf, room, securePassCookie, told, toRoom, visit } from './guarded.ts';
import { randomCode, StandIn } from './stand-in.ts';

let standIn: StandIn;
beforeAll(async () => {
  standIn = await StandIn.start();
});
afterEach(() => {
  standIn.redeem = 'ok';
  standIn.shopCalls = 'ok';
  standIn.calls = [];
});
afterAll(() => standIn.stop());

describe('a ticket', () => {
  it('becomes a cookie of this host to the end of the stay, and the address goes on without it', async () => {
    const guard = guardFor(standIn);
    const result = await guard.check(visit(`/seats?row=3&sunbeon_ticket=${standIn.ticket('concert', 300)}`));
    expect(told(result)).toBe('302 https://shop.example/seats?row=3');
    const { headers } = responseOf(result);
    const [, value, maxAge] = /^__Host-sunbeon-pass\.concert=([\w.-]+); Path=\/; Max-Age=(\d+); HttpOnly; SameSite=Lax; Secure$/.exec(
      headers.get('set-cookie')!,
    )!;
    expect(Number(maxAge)).toBeGreaterThan(200);
    expect(Number(maxAge)).toBeLessThanOrEqual(300);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(told(await guard.check(visit('/seats?row=3', { pass: value! })))).toMatch(/^in concert\./);
  });

  it('gives by plain http a cookie without the prefix', async () => {
    const address = `http://shop.example/?sunbeon_ticket=${standIn.ticket()}`;
    const result = await guardFor(standIn).check(new Request(address, { headers: { accept: 'text/html' } }));
    expect(responseOf(result).headers.get('set-cookie')).toMatch(
      /^sunbeon-pass\.concert=[\w.-]+; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/,
    );
  });

  it.each([
    ['?sunbeon_ticket=TICKET', ''],
    ['?a=1&sunbeon_ticket=TICKET&b=2', '?a=1&b=2'],
    ['?b=2&a=%2F+%20;x&&=&a&sunbeon_ticket=TICKET', '?b=2&a=%2F+%20;x&&=&a'],
    ['?sunbeon_ticket=old&a=1&sunbeon_ticket=TICKET', '?a=1'],
    ['?sunbeon%5Fticket=old&sunbeon_ticket=TICKET', ''],
    ['?sunbeon_ticketx=1&sunbeon_ticket=TICKET', '?sunbeon_ticketx=1'],
    ['?a=b?c=d&sunbeon_ticket=TICKET', '?a=b?c=d'],
    ['?next=https://evil.example/&sunbeon_ticket=TICKET', '?next=https://evil.example/'],
  ])('is taken out of %s, and the rest stays byte for byte', async (query, rest) => {
    const result = await guardFor(standIn).check(visit(`/p${query.replaceAll('TICKET', standIn.ticket())}`));
    expect(told(result)).toBe(`302 https://shop.example/p${rest}`);
  });

  it.each([
    ['//evil.example/x', 'https://shop.example//evil.example/x'],
    ['/\\evil.example/x', 'https://shop.example//evil.example/x'],
    ['/\\/evil.example', 'https://shop.example///evil.example'],
    ['/.//evil.example', 'https://shop.example//evil.example'],
    ['/%2f/evil.example', 'https://shop.example/%2f/evil.example'],
    ['/@evil.example', 'https://shop.example/@evil.example'],
    ['/a/../..//evil.example', 'https://shop.example//evil.example'],
  ])('in the path %s leads to no other host', async (path, target) => {
    const guard = guardFor(standIn);
    const entered = await guard.check(visit(`${path}?sunbeon_ticket=${standIn.ticket()}`));
    expect(told(entered)).toBe(`302 ${target}`);
    expect(new URL(responseOf(entered).headers.get('location')!).host).toBe('shop.example');
    expect(told(await guard.check(visit(path)))).toBe(toRoom(target));
  });

  it('is worth one redemption, however many bring it at once', async () => {
    const guard = guardFor(standIn);
    standIn.idempotencyKeys = [];
    const path = `/?sunbeon_ticket=${standIn.ticket()}`;
    const results = await Promise.all(Array.from({ length: 40 }, () => guard.check(visit(path))));
    expect(results.map(told).filter((text) => text === '302 https://shop.example/')).toHaveLength(1);
    expect(results.map(told).filter((text) => text === toRoom('https://shop.example/'))).toHaveLength(39);
    // One key a request: a busy machine may have repeated a call under its own.
    expect(new Set(standIn.idempotencyKeys).size).toBe(40);
  });

  it.each([
    ['POST', {}],
    ['HEAD', {}],
    ['GET', { 'sec-purpose': 'prefetch' }],
    ['GET', { 'sec-purpose': 'prefetch;prerender' }],
    ['GET', { purpose: 'prefetch' }],
  ])('is not spent by %s with %j', async (method, headers) => {
    const guard = guardFor(standIn);
    const path = `/?sunbeon_ticket=${standIn.ticket()}`;
    expect(told(await guard.check(visit(path, headers, method)))).toBe(method === 'POST' ? '401' : toRoom('https://shop.example/'));
    expect(standIn.count('redeem')).toBe(0);
    expect(told(await guard.check(visit(path)))).toBe('302 https://shop.example/');
  });

  it('is not asked about when the request has a good pass', async () => {
    const guard = guardFor(standIn);
    const { pass, passId } = await standIn.stay();
    expect(told(await guard.check(visit(`/?sunbeon_ticket=${standIn.ticket()}`, { pass })))).toBe(`in ${passId}`);
    expect(standIn.count('redeem')).toBe(0);
  });

  it.each([
    ['of another sale', () => standIn.ticket('other')],
    ['too short', () => 'concert.abc'],
    ['with other characters', () => `concert.${randomCode()}%2F..`],
    ['too long', () => `concert.${'a'.repeat(200)}`],
    ['empty', () => ''],
  ])('%s costs Sunbeon no call', async (_, make) => {
    expect(told(await guardFor(standIn).check(visit(`/?sunbeon_ticket=${make()}`)))).toBe(toRoom('https://shop.example/'));
    expect(standIn.count('redeem')).toBe(0);
  });

  it('that Sunbeon does not know is asked about once', async () => {
    const guard = guardFor(standIn);
    const path = `/?sunbeon_ticket=concert.${randomCode()}`;
    for (let i = 0; i < 5; i += 1) expect(told(await guard.check(visit(path)))).toBe(toRoom('https://shop.example/'));
    expect(told(await guard.check(call(path)))).toBe('401');
    expect(standIn.count('redeem')).toBe(1);
  });

  it('is redeemed on a page that needs no pass, too', async () => {
    const guard = guardFor(standIn, { paths: ['/'] });
    const result = await guard.check(visit(`/?sunbeon_ticket=${standIn.ticket()}`));
    expect(told(result)).toBe('302 https://shop.example/');
    expect(told(await guard.check(visit('/', { pass: cookieOf(result) })))).toMatch(/^in concert\./);
    expect(told(await guard.check(visit(`/?sunbeon_ticket=concert.${randomCode()}`)))).toBe('in');
  });

  it('whose pass would be refused here answers 503 and tells the log, so that nobody goes round in circles', async () => {
    const log = listeningLog();
    const guard = guardFor(standIn, { issuer: 'https://elsewhere.example', log });
    expect(told(await guard.check(visit(`/?sunbeon_ticket=${standIn.ticket()}`)))).toBe('503');
    expect(log.lines.join()).toMatch(/issuer \(https:\/\/elsewhere\.example\)/);
  });
});

describe('a request without a pass', () => {
  it.each([
    ['/seats?row=3', 'https://shop.example/seats?row=3'],
    ['/?sunbeon_ticket=x&a=%26', 'https://shop.example/?a=%26'],
    [`/?q=${'a'.repeat(3_000)}`, 'https://shop.example/'],
  ])('by navigation to %s goes to the waiting page', async (path, address) => {
    const result = await guardFor(standIn).check(visit(path));
    expect(told(result)).toBe(toRoom(address));
    expect(responseOf(result).headers.get('cache-control')).toBe('no-store');
    expect(responseOf(result).headers.get('set-cookie')).toBeNull();
  });

  it('whose very path is too long goes to the waiting page without an address', async () => {
    expect(told(await guardFor(standIn).check(visit(`/${'a'.repeat(3_000)}`)))).toBe(`302 ${room}`);
  });

  it('by a call gets 401 with the waiting page', async () => {
    const { status, headers, ...answer } = responseOf(await guardFor(standIn).check(call('/api/seats')));
    void answer;
    expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([
      401,
      'application/problem+json; charset=utf-8',
      'no-store',
    ]);
    const problem: unknown = await responseOf(await guardFor(standIn).check(call('/api/seats'))).json();
    expect(problem).toMatchObject({ code: 'pass_required', status: 401, roomUrl: room });
  });

  it.each([
    ['GET', { 'sec-fetch-mode': 'navigate' }, '302'],
    ['HEAD', { 'sec-fetch-mode': 'navigate' }, '302'],
    ['POST', { 'sec-fetch-mode': 'navigate' }, '401'],
    ['GET', { 'sec-fetch-mode': 'cors', accept: 'text/html' }, '401'],
    ['GET', { accept: 'text/html,application/xhtml+xml;q=0.9' }, '302'],
    ['GET', { accept: 'application/json' }, '401'],
    ['GET', { accept: 'text/html-like' }, '401'],
    ['GET', { accept: 'application/json, Text/HTML ; q=0.1' }, '302'],
    ['GET', { accept: 'application/json, text/html;q=0' }, '401'],
    ['GET', { accept: 'text/html; Q=0.000, */*' }, '401'],
    ['GET', {}, '401'],
  ])('%s with %j is answered %s', async (method, headers, status) => {
    const result = await guardFor(standIn).check(new Request('https://shop.example/', { method, headers }));
    expect(told(result).slice(0, 3)).toBe(status);
  });

  it('goes to a waiting page of the shop own, with what its address had', async () => {
    const guard = guardFor(standIn, { roomUrl: 'https://wait.example/my/page?lang=ko#top' });
    expect(told(await guard.check(visit('/a')))).toBe(
      '302 https://wait.example/my/page?lang=ko&returnUrl=https%3A%2F%2Fshop.example%2Fa#top',
    );
    expect(told(await guardFor(standIn, { roomUrl: 'https://wait.example' }).check(visit('/')))).toBe(toRoom('https://shop.example/'));
  });
});

describe('paths that need no pass', () => {
  it.each([
    ['/health', true],
    ['/health/deep', true],
    ['/healthy', false],
    ['/assets/app.js', true],
    ['/assets', true],
    ['/public/a/b', true],
    ['/public', true],
    ['/publicity', false],
    ['/assets/../order', false],
    ['/assets/..%2forder', false],
    ['/assets/%2e%2e%2forder', false],
    ['/assets/%252e%252e/order', false],
    ['/assets/..\\order', false],
    ['/assets//order', false],
    ['/assets/..;/order', false],
    ['//assets/app.js', false],
    ['/', true],
    ['/order', false],
    ['/icon-7.svg', true],
    ['/x/icon-7.svg', false],
  ])('%s: %s', async (path, isFree) => {
    const guard = guardFor(standIn, { paths: ['/health', '/assets/', '/public/*', '/', /^\/icon-\d\.svg$/g] });
    for (let i = 0; i < 2; i += 1) expect(told(await guard.check(call(path)))).toBe(isFree ? 'in' : '401');
  });

  it('are also what the router reads', async () => {
    const guard = guardFor(standIn, { paths: ['/assets/'] });
    expect(told(await guard.check(call('/assets/x'), { rawPath: '/order/../assets/x' }))).toBe('401');
    expect(told(await guard.check(call('/assets/x'), { rawPath: '/assets/x' }))).toBe('in');
  });

  it('may be a function', async () => {
    const guard = guardFor(standIn, { paths: (path) => path.endsWith('.css') });
    expect([told(await guard.check(call('/a.css'))), told(await guard.check(call('/a')))]).toEqual(['in', '401']);
  });
});

describe('a stay', () => {
  it('ends by complete: the cookie is cleared and this process refuses the pass from then on', async () => {
    const guard = guardFor(standIn);
    const { pass, passId } = await standIn.stay();
    await guard.check(visit('/', { pass }));
    const completed = await guard.complete(passId, { outcome: 'purchased', reference: 'order-1', quantity: 2 });
    expect(completed.setCookie).toBe(`${securePassCookie}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure`);
    expect(told(await guard.check(visit('/', { pass })))).toBe(toRoom('https://shop.example/'));
    // A second guard of the same process, as bundlers make them.
    expect(told(await guardFor(standIn).check(visit('/', { pass })))).toBe(toRoom('https://shop.example/'));
    expect(await guard.complete(passId, { outcome: 'purchased' })).toEqual(completed);
    await expect(guard.complete(passId, { outcome: 'abandoned' })).rejects.toMatchObject({ code: 'already_completed', status: 409 });
    await expect(guard.extend(passId)).rejects.toMatchObject({ code: 'already_completed' });
  });

  it('whose pass was ended elsewhere is refused once Sunbeon says so', async () => {
    const guard = guardFor(standIn);
    const { pass, passId } = await standIn.stay();
    standIn.shopCalls = { status: 409, body: '{"code":"pass_ended"}' };
    await expect(guard.extend(passId)).rejects.toMatchObject({ code: 'pass_ended', status: 409 });
    expect(told(await guard.check(visit('/', { pass })))).toMatch(/^302/);
  });

  it('is lengthened with a new cookie, as often as the sale allows', async () => {
    const guard = guardFor(standIn);
    const { passId } = await standIn.stay();
    const extended = await guard.extend(passId);
    expect(extended.setCookie).toMatch(
      new RegExp(`^${securePassCookie}=${extended.pass.replaceAll('.', '\\.')}; Path=/; Max-Age=(59\\d|[4-5]\\d\\d|600);`),
    );
    expect(told(await guard.check(visit('/', { pass: extended.pass })))).toBe(`in ${passId}`);
    await guard.extend(passId);
    await expect(guard.extend(passId)).rejects.toMatchObject({ code: 'limit_exceeded', status: 409 });
  });

  it('sends one call again when Sunbeon does not answer, with the same key, and then says so', async () => {
    const guard = guardFor(standIn);
    const { passId } = await standIn.stay();
    standIn.idempotencyKeys = [];
    standIn.shopCalls = { status: 500 };
    await expect(guard.complete(passId, { outcome: 'purchased' })).rejects.toMatchObject({
      name: 'GuardError',
      code: 'unavailable',
      status: 503,
    });
    expect(standIn.count('complete')).toBe(2);
  });

  it.each(['other.abcdefghijklmnopqrstuv', '../sales', 'concert.../x', 'concert.', '', 'concert.a/../../x'])(
    'of the id %j is none of this sale, and Sunbeon is not asked',
    async (passId) => {
      await expect(guardFor(standIn).complete(passId, { outcome: 'purchased' })).rejects.toMatchObject({ code: 'pass_not_found' });
      expect(standIn.calls).toEqual([]);
    },
  );

  it('has by plain http the plain cookie', async () => {
    const guard = guardFor(standIn, { secure: false });
    const { passId } = await standIn.stay();
    expect((await guard.complete(passId, { outcome: 'abandoned' })).setCookie).toBe(
      'sunbeon-pass.concert=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax',
    );
  });
});

describe('a wrong setting', () => {
  it.each([
    ['saleId', { saleId: 'No Sale' }],
    ['saleId', { saleId: '.*' }],
    ['gatewayUrl', { gatewayUrl: 'gateway' }],
    ['gatewayUrl', { gatewayUrl: 'ftp://x.example' }],
    ['gatewayUrl', { gatewayUrl: 'https://x.example/?a' }],
    ['roomUrl', { roomUrl: 'javascript:alert(1)' }],
    ['shopKey', { shopKey: 'box-office:0123456789abcdef0123456789abcdef' }],
    ['shopKey', { shopKey: '' }],
    ['whenUnavailable', { whenUnavailable: 'ajar' as 'open' }],
    ['paths', { paths: ['health'] }],
    ['paths', { paths: ['/*'] }],
    ['paths', { paths: ['/a/*.css'] }],
  ])('of %s is refused at the start: %j', (name, wrong) => {
    expect(() => createGuard(optionsFor(standIn, wrong))).toThrow(new RegExp(name));
    try {
      createGuard(optionsFor(standIn, wrong));
    } catch (error) {
      expect(String(error)).not.toContain('0123456789abcdef');
    }
  });
});
