import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { adminToken, startStack, tokenSecret, type Stack } from '../fixtures/stack.mjs';
import { api, apiAt, createSale, gateways, joinAs, openLive, operatorAt, publicSale, saleOf, visitorOf } from '../fixtures/client.ts';
import { rawCall } from '../fixtures/raw-call.ts';
import { until } from '../fixtures/sale.ts';

describe('the stream', () => {
  const watch = async () => {
    const saleId = await createSale({ admitPerSecond: 0.001 });
    const { token } = await joinAs(saleId);
    const live = () => openLive(saleId, token, { base: gateways()[0]! });
    return { live, first: await live() };
  };

  /** Handshake of a browser; resolves with the status, 101 when the stream was opened. */
  const upgrade = (saleId: string, headers: Record<string, string>): Promise<number> =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(`${gateways()[0]!.replace('http', 'ws')}/api/sales/${saleId}/live`, 'sunbeon.v1', { headers });
      socket
        .on('unexpected-response', (_, { statusCode }) => resolve(statusCode!))
        .on('error', reject)
        .on('open', () => {
          socket.terminate();
          resolve(101);
        });
    });

  it('T9: a page elsewhere gets neither the stream nor a change from a browser that has the cookie', async () => {
    const saleId = await createSale({ admitPerSecond: 0.001 });
    const mine = await joinAs(saleId);
    const cookie = `sunbeon_${saleId}=${mine.token}`;
    const calls = [
      ['POST', '/queue'],
      ['POST', '/queue/me/claim'],
      ['DELETE', '/queue/me'],
      ['POST', '/purchases'],
      ['POST', '/holds'],
    ] as const;
    expect(await upgrade(saleId, { cookie })).toBe(403);
    expect(await upgrade(saleId, { cookie, origin: 'http://shop.test' })).toBe(101);
    for (const origin of [
      'null',
      'http://evil.test',
      'http://shop.test.evil.test',
      'http://evilshop.test',
      'https://shop.test',
      'http://shop.test:81',
      'http://shop.test.',
      'http://shop.test/',
      'http://shop.test@evil.test',
      'http://shop.test, http://evil.test',
      '',
    ]) {
      expect([origin, await upgrade(saleId, { cookie, origin })]).toEqual([origin, 403]);
      for (const [method, path] of calls) {
        const { status, body, headers } = await rawCall(method, `/api/sales/${saleId}${path}`, { headers: { cookie, origin } });
        expect([origin, method, path, status, body.code, headers.get('set-cookie')]).toEqual([
          origin,
          method,
          path,
          403,
          'origin_not_allowed',
          null,
        ]);
      }
      const read = await rawCall('GET', `/api/sales/${saleId}/queue/me`, { headers: { cookie, origin } });
      expect([origin, read.headers.get('access-control-allow-origin')]).toEqual([origin, null]);
    }
    for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain']) {
      for (const [method, path] of calls.filter(([verb]) => verb === 'POST')) {
        const { status } = await fetch(`${gateways()[0]}/api/sales/${saleId}${path}`, {
          method,
          body: '{"quantity":1}',
          headers: { cookie, 'content-type': type, 'idempotency-key': 'k' },
        });
        // A form is no JSON; text, which Fastify reads, is no body that a call takes.
        expect([type, path, status]).toEqual([type, path, type === 'text/plain' ? expect.any(Number) : 415]);
        expect([type, path, status < 400]).toEqual([type, path, false]);
      }
    }
    expect((await mine.place()).body).toMatchObject({ state: 'waiting', position: 1, waiting: 1 });
  });

  it('T11: a sixth window of one visitor closes the oldest, and no other', async () => {
    const { live, first } = await watch();
    const windows = [first];
    while (windows.length < 6) windows.push(await live());
    expect((await first.waitForClose()).code).toBe(4009);
    expect(windows.slice(1).map(({ socket }) => socket.readyState)).toEqual(Array(5).fill(WebSocket.OPEN));
    for (const { close } of windows) close();
  });

  it('T11: thirty windows at once leave five', async () => {
    const { live } = await watch();
    const windows = await Promise.all(Array.from({ length: 30 }, live));
    const open = () => windows.filter(({ socket }) => socket.readyState === WebSocket.OPEN).length;
    await until('five are left', () => open() === 5, 5_000).catch(() => {});
    expect(open()).toBe(5);
    for (const { close } of windows) close();
  });

  it.each<[string, (socket: WebSocket) => void, number[]]>([
    [
      'T11: who talks to the stream is sent away',
      (socket) => {
        for (let i = 0; i < 50; i += 1) socket.send('hello');
      },
      [1008],
    ],
    [
      'T11: who talks in bytes is sent away',
      (socket) => {
        for (let i = 0; i < 50; i += 1) socket.send(Buffer.alloc(0));
      },
      [1008],
    ],
    [
      'T11: who floods with pings is sent away',
      (socket) => {
        for (let i = 0; i < 5_000; i += 1) socket.ping();
      },
      [1006, 1008],
    ],
    [
      'T13: a message above 1 KB ends the stream',
      (socket) => {
        socket.send('a'.repeat(1_025));
      },
      [1009],
    ],
    [
      'T13: many fragments that grow above 1 KB end the stream',
      (socket) => {
        for (let i = 0; i < 1_100; i += 1) socket.send('a', { fin: false });
      },
      [1006, 1009],
    ],
    [
      'T13: fragments of nothing, without end, end the stream',
      (socket) => {
        for (let i = 0; i < 20_000; i += 1) socket.send('', { fin: false });
      },
      [1006, 1008],
    ],
  ])('%s', async (_, flood, codes) => {
    const { live, first } = await watch();
    await first.waitFor('state');
    first.socket.on('error', () => {});
    flood(first.socket);
    expect(codes).toContain((await first.waitForClose(5_000)).code);
    const next = await live();
    await next.waitFor('state');
    next.close();
  });

  it('T27: privacy: 25 others are admitted, hold and buy, and no frame of mine names them', async () => {
    const saleId = await createSale({ admitPerSecond: 20, activeLimit: 5, claimSeconds: 600, perVisitorLimit: 4 });
    const others: Awaited<ReturnType<typeof joinAs>>[] = [];
    for (let i = 0; i < 12; i += 1) others.push(await joinAs(saleId));
    const mine = await joinAs(saleId);
    for (let i = 0; i < 13; i += 1) others.push(await joinAs(saleId));
    const live = await Promise.all(gateways().map((base) => openLive(saleId, mine.token, { base })));
    const foreign = others.flatMap(({ visitor, token }) => [visitor.visitorId, token]);
    const lives = await Promise.all(others.map(({ token }) => openLive(saleId, token)));
    const shop = async (other: (typeof others)[number], i: number) => {
      await until(`${i} inside`, async () => (await other.place()).body.state === 'admitted', 20_000);
      await other.claim();
      const hold = await other.hold(1, 'h');
      foreign.push(hold.body.holdId);
      if (i % 3 === 0) await other.release(hold.body.holdId);
      const bought = i % 3 === 0 ? await other.buy(2, 'b') : await other.confirm(hold.body.holdId);
      expect(bought.status).toBe(201);
      foreign.push(bought.body.purchaseId);
    };
    await Promise.all([
      ...others.map(shop),
      (async () => {
        for (const tab of live) await tab.waitFor('admitted', undefined, 20_000);
        const bought = await mine.buy(1, 'mine');
        for (const tab of live) await tab.waitFor('purchased', ({ purchase }) => purchase.purchaseId === bought.body.purchaseId);
      })(),
    ]);
    await until(
      'all is told',
      async () => (await publicSale(saleId)).body.stock!.sold === others.reduce((sum, _, i) => sum + (i % 3 === 0 ? 2 : 1), 1),
    );
    for (const tab of live) {
      const heard = JSON.stringify(tab.messages);
      expect(foreign.filter((secret) => heard.includes(secret))).toEqual([]);
      expect(new Set(heard.match(/"visitorId":"[^"]*"/g))).toEqual(new Set([`"visitorId":"${mine.visitor.visitorId}"`]));
    }
    const everybody = JSON.stringify([(await publicSale(saleId)).body, (await api.sales()).body, await saleOf(saleId)]);
    expect(foreign.filter((secret) => everybody.includes(secret))).toEqual([]);
    for (const tab of [...live, ...lives]) tab.close();
  });
});

describe('a stack without a proxy in front', () => {
  let stack: Stack;
  let base: string;
  const nasty = [
    'line\nbreak\r\n{"level":60,"msg":"forged"}',
    '<script>alert(1)</script>',
    '\u001b[31mred\u001b[0m\u0007',
    '"},{"a":"\\',
    '\u2028\u2029\u202e',
    '${jndi:ldap://x}',
    '%0a%0d',
    '{{7*7}}',
  ];
  const names = () => [...stack.processes.keys()].filter((name) => name !== 'redis');
  const admin = operatorAt(() => base);
  const lies = (address: string): Record<string, string> => ({
    'x-forwarded-for': address,
    'x-real-ip': address,
    'x-client-ip': address,
    'cf-connecting-ip': address,
    'true-client-ip': address,
    forwarded: `for=${address};proto=https`,
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'evil.test',
    'x-sunbeon-address': address,
    'x-user-id': 'mallory',
    'x-visitor-id': 'mallory',
    'x-sunbeon-rpc': 'mallory',
  });
  let token = '';
  beforeAll(async () => {
    stack = await startStack({ env: { JOIN_LIMIT_PER_MINUTE: '5', LOG_LEVEL: 'trace' } });
    base = stack.gateways[0]!;
    expect((await admin.create({ saleId: 'open', title: 'T', stock: 10, claimSeconds: 600 })).status).toBe(201);
  }, 60_000);
  afterAll(() => stack.stop());

  it("T10: a caller's headers on its address, host and scheme are ignored", async () => {
    const answers = [];
    for (let i = 0; i < 12; i += 1)
      answers.push(
        await rawCall<{ token: string; visitor: { visitorId: string } }>('POST', '/api/sales/open/queue', {
          base,
          headers: lies(`10.0.0.${i}`),
        }),
      );
    expect(answers.map(({ status }) => status)).toEqual([...Array(5).fill(201), ...Array(7).fill(429)]);
    for (const { headers } of answers.slice(5)) expect(headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    const joined = answers.slice(0, 5);
    for (const { headers } of joined) expect(headers.get('set-cookie')).toEqual(expect.not.stringMatching(/secure|evil/i));
    expect(new Set(joined.map(({ body }) => body.visitor.visitorId)).size).toBe(5);
    expect(JSON.stringify(answers.map(({ body }) => body))).not.toContain('mallory');
    ({ token } = joined[0]!.body);
    await rawCall('PATCH', '/api/admin/sales/open', { base, token: adminToken, body: { title: 'Changed' }, headers: lies('6.6.6.6') });
    const auditLog = await admin.auditLog('open');
    expect(auditLog.body.entries[0]).toMatchObject({ action: 'change', address: expect.stringMatching(/^(::ffff:)?127\.0\.0\.1$/) });
    expect(JSON.stringify(auditLog.body)).not.toContain('6.6.6.6');
  });

  it('T25: titles and messages are returned unchanged', async () => {
    const kept = nasty.filter((text) => !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text));
    for (const [i, text] of kept.entries()) {
      expect((await admin.create({ saleId: `odd${i}`, title: text, message: text, stock: 1 })).status).toBe(201);
      expect((await admin.change(`odd${i}`, { message: `${text}!` })).status).toBe(200);
      const shown = await publicSale(`odd${i}`, base);
      expect(shown.headers.get('content-type')).toMatch(/^application\/json/);
      expect(shown.headers.get('x-content-type-options')).toBe('nosniff');
      expect(shown.body).toMatchObject({ title: text, message: `${text}!` });
      expect((await admin.auditLog(`odd${i}`)).body.entries[0]).toMatchObject({
        action: 'change',
        detail: { message: `${text}!` },
      });
      await rawCall('GET', `/api/sales/open?title=${encodeURIComponent(text)}`, { base });
      await rawCall('GET', `/api/${encodeURIComponent(text)}`, { base });
    }
    const { body } = await apiAt(base).sales();
    expect(body.sales.map(({ title }) => title)).toEqual(expect.arrayContaining(kept));
  });

  it.each(['gateway', 'queue', 'admission', 'purchase'])(
    'T21: %s does not start with a weak secret, and says why in one sentence without it',
    async (kind) => {
      const child = spawn(process.execPath, ['--conditions=development', '--import', 'tsx', `services/${kind}/src/main.ts`], {
        cwd: new URL('../../', import.meta.url).pathname,
        env: { ...process.env, NODE_OPTIONS: '', PORT: '1', OPS_PORT: '1', ADMIN_TOKEN: adminToken, TOKEN_SECRET: 'w3ak!' },
      });
      let said = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (data) => {
          said += String(data);
        });
      const [code] = (await once(child, 'close')) as [number];
      expect(code).toBeGreaterThan(0);
      expect(said).not.toContain('w3ak!');
      expect(said).toMatch(/TOKEN_SECRET.* at least 32 characters/);
      expect(said.trim().split('\n')).toHaveLength(1);
    },
  );

  it('T24, T28: without Redis the join limiter still limits, no purchase succeeds, and every 503 has Retry-After', async () => {
    const redis = stack.processes.get('redis')!.child;
    const ended = once(redis, 'exit');
    redis.kill('SIGKILL');
    await ended;
    const visitor = visitorOf('open', token, base);
    const anyone = apiAt(base);
    const joins = [];
    for (let i = 0; i < 12; i += 1)
      joins.push((await rawCall('POST', '/api/sales/open/queue', { base, headers: lies(`10.1.0.${i}`) })).status);
    expect(joins.filter((status) => status !== 429 && status !== 503)).toEqual([]);
    expect(joins.slice(-7)).toEqual(Array(7).fill(429));
    // The calls themselves, the circuit that opens after a few, and the services gone altogether.
    const ask = async () => {
      const answers = await Promise.all(
        Array.from({ length: 8 }, () => [
          visitor.buy(1, 'k'),
          visitor.hold(1, 'k'),
          visitor.place(),
          visitor.claim(),
          visitor.leave(),
          visitor.purchases(),
          anyone.sale('open'),
          anyone.sales(),
          visitor.confirm(`h_${'A'.repeat(22)}`),
          visitor.release(`h_${'A'.repeat(22)}`),
          admin.sale('open'),
          admin.pause('open'),
          admin.addStock('open', 1),
        ]).flat(),
      );
      for (const { status, headers, body } of answers) {
        expect([status, body]).toEqual([503, expect.objectContaining({ code: 'unavailable', status: 503 })]);
        expect(headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
      }
      await expect(openLive('open', token, { base })).rejects.toThrow(/503/);
    };
    await until(
      'the public sale of a second ago is forgotten',
      async () => (await anyone.sale('open')).status === 503 && (await anyone.sales()).status === 503,
    );
    await ask();
    await ask();
    for (const name of ['queue-0', 'admission-0', 'purchase-0']) {
      const { child } = stack.processes.get(name)!;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    }
    await ask();
    expect((await visitor.buy(1, 'again')).status).toBe(503);
  });

  it('T21, T25: after all this no log contains a token or a secret, and each line is one JSON object', async () => {
    expect(token).toMatch(/^eyJ/);
    await rawCall('GET', `/api/sales/open/queue/me?token=${token}`, { base });
    for (const path of ['/api/sales', '/docs', '/openapi.json', '/api/sales/open/live', '/nowhere']) {
      const socket = new WebSocket(`${base.replace('http', 'ws')}${path}?token=${token}`, { headers: { cookie: `sunbeon_open=${token}` } });
      await new Promise((resolve) => {
        socket.once('close', resolve).on('error', resolve);
      });
    }
    await rawCall('GET', `/api/${token}/x`, { base, headers: { cookie: `sunbeon_open=${token}` } });
    for (const name of names()) {
      const log = stack.processes.get(name)!.log();
      expect([name, ['eyJ', tokenSecret, adminToken].filter((secret) => log.includes(secret))]).toEqual([name, []]);
      const lines = log.split('\n').filter(Boolean);
      for (const line of lines)
        expect(JSON.parse(line)).toMatchObject({
          level: expect.stringMatching(/^[a-z]+$/),
          event: expect.any(String),
          service: name.split('-')[0],
          msg: expect.not.stringMatching(/^forged$/),
        });
      expect(lines.length).toBeGreaterThan(0);
    }
    const metrics = await (await fetch(`${stack.ops('gateway-0')}/metrics`)).text();
    expect(metrics).toContain('sunbeon_');
    expect(metrics).not.toMatch(/eyJ|127\.0\.0\.1|10\.0\.0\./);
  });
});
