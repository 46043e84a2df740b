import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join as pathOf } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { CreateSale } from '@sunbeon/contracts';
import { adminToken, tokenSecret } from '../fixtures/stack.mjs';
import { createSale, gateways, joinAs, openLive, operator, publicSale, saleOf, visitorOf } from '../fixtures/client.ts';
import { rawCall } from '../fixtures/raw-call.ts';
import { until } from '../fixtures/sale.ts';

type Json = Record<string, unknown>;
const part = (value: Json): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const open = (text: string): Json => JSON.parse(Buffer.from(text, 'base64url').toString()) as Json;
/** A token signed with `secret`. */
const signed = (header: Json, claims: Json, secret: string, hash = 'sha256'): string => {
  const text = `${part(header)}.${part(claims)}`;
  return `${text}.${createHmac(hash, secret).update(text).digest('base64url')}`;
};
const waitingOnly = { admitPerSecond: 0.001 };
/** An admitted visitor of a sale with these settings. */
const insider = async (settings: Partial<CreateSale> = {}) => {
  const saleId = await createSale({ claimSeconds: 600, ...settings });
  const visitor = await joinAs(saleId);
  await until('inside', async () => (await visitor.place()).body.state === 'admitted');
  return { saleId, visitor };
};
/** A line without admissions and departures: seq 1, 2, … */
const line = async (count: number) => {
  const saleId = await createSale(waitingOnly);
  const visitors = [];
  for (let i = 0; i < count; i += 1) visitors.push(await joinAs(saleId));
  return { saleId, visitors };
};

describe('a foreign or forged token', () => {
  it('T1: every forged token is refused, with the same answer', async () => {
    const {
      saleId,
      visitors: [mine],
    } = await line(1);
    const other = await joinAs(await createSale(waitingOnly));
    const [head, body, signature] = mine!.token.split('.') as [string, string, string];
    const header = open(head);
    const claims = open(body);
    const now = Math.floor(Date.now() / 1_000);
    const mutations: Record<string, string> = {
      'alg none': `${part({ alg: 'none', typ: 'JWT' })}.${body}.`,
      'alg none, old signature': `${part({ alg: 'none', typ: 'JWT' })}.${body}.${signature}`,
      'alg nOnE': `${part({ alg: 'nOnE', typ: 'JWT' })}.${body}.`,
      'no alg': `${part({ typ: 'JWT' })}.${body}.${signature}`,
      'HS384 by the real secret': signed({ ...header, alg: 'HS384' }, claims, tokenSecret, 'sha384'),
      'HS512 by the real secret': signed({ ...header, alg: 'HS512' }, claims, tokenSecret, 'sha512'),
      'RS256, HMAC signature': signed({ ...header, alg: 'RS256' }, claims, tokenSecret),
      'wrong kid': `${part({ ...header, kid: 'AAAAAAAA' })}.${body}.${signature}`,
      'kid is a path': signed({ ...header, kid: '../../../dev/null' }, claims, '\0'),
      'kid is the secret': signed(header, claims, String(header['kid'])),
      'another secret': signed(header, claims, `${tokenSecret}x`),
      'own key in the header': signed({ ...header, jwk: { kty: 'oct', k: Buffer.from('mine').toString('base64url') } }, claims, 'mine'),
      'edited seq': `${head}.${part({ ...claims, seq: 9 })}.${signature}`,
      'edited visitor': `${head}.${part({ ...claims, sub: other.visitor.visitorId })}.${signature}`,
      'edited expiry': `${head}.${part({ ...claims, exp: now + 9e7 })}.${signature}`,
      "another sale's": other.token,
      "another sale's, sale edited": [
        other.token.split('.')[0],
        part({ ...open(other.token.split('.')[1]!), aud: saleId }),
        other.token.split('.')[2],
      ].join('.'),
      expired: signed(header, { ...claims, iat: now - 7_200, exp: now - 3_600 }, tokenSecret),
      'not yet': signed(header, { ...claims, nbf: now + 3_600 }, tokenSecret),
      'no visitor': signed(header, { ...claims, sub: undefined }, tokenSecret),
      'visitor is a number': signed(header, { ...claims, sub: 7 }, tokenSecret),
      'seq is text': signed(header, { ...claims, seq: '1' }, tokenSecret),
      'no generation': signed(header, { ...claims, gen: undefined }, tokenSecret),
      'many sales': signed(header, { ...claims, aud: [saleId, '*'] }, tokenSecret),
      'truncated signature': mine!.token.slice(0, -5),
      'truncated claims': `${head}.${body.slice(0, -5)}.${signature}`,
      'no signature': `${head}.${body}`,
      'four parts': `${mine!.token}.${signature}`,
      twice: `${mine!.token}${mine!.token}`,
      'longer than any': 'A'.repeat(2_000),
      "the operator's": adminToken,
      'only dots': '..',
    };
    const path = `/api/sales/${saleId}`;
    const key = { 'idempotency-key': 'k' };
    const seen = new Set<string>();
    for (const [name, token] of Object.entries(mutations)) {
      const answers = await Promise.all([
        rawCall('GET', `${path}/queue/me`, { token }),
        rawCall('POST', `${path}/queue`, { token }),
        rawCall('POST', `${path}/queue/me/claim`, { token }),
        rawCall('DELETE', `${path}/queue/me`, { token }),
        rawCall('GET', `${path}/purchases/me`, { token }),
        rawCall('POST', `${path}/purchases`, { token, body: { quantity: 1 }, headers: key }),
        rawCall('POST', `${path}/holds`, { token, body: { quantity: 1 }, headers: key }),
        rawCall('GET', `${path}/queue/me`, { headers: { cookie: `sunbeon_${saleId}=${token}` } }),
      ]);
      expect([name, answers.map(({ status, body: { code } }) => `${status} ${code}`)]).toEqual([
        name,
        answers.map(() => '401 invalid_token'),
      ]);
      for (const answer of answers) seen.add(JSON.stringify([answer.headers.get('content-type'), answer.body]));
      await expect(openLive(saleId, token)).rejects.toThrow(/401/);
    }
    expect([...seen]).toHaveLength(1);
    expect((await mine!.place()).body).toMatchObject({ state: 'waiting', seq: 1, waiting: 1 });
  });

  it('T2: a copied token gives no second right: two clients, 100 purchases at once, one purchase', async () => {
    const { saleId, visitor } = await insider({ perVisitorLimit: 50 });
    const buy = (i: number) => {
      const copied = i % 2 === 1;
      return rawCall('POST', `/api/sales/${saleId}/purchases`, {
        base: gateways()[i % gateways().length]!,
        body: { quantity: 1 },
        ...(copied ? {} : { token: visitor.token }),
        headers: { 'idempotency-key': `k${i}`, ...(copied ? { cookie: `sunbeon_${saleId}=${visitor.token}` } : {}) },
      });
    };
    const answers = await Promise.all(Array.from({ length: 100 }, (_, i) => buy(i)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(new Set(answers.filter(({ status }) => status !== 201).map(({ body: { code } }) => code))).toEqual(new Set(['not_admitted']));
    expect((await visitor.purchases()).body.purchases).toHaveLength(1);
    expect((await saleOf(saleId)).stock).toMatchObject({ left: 99, sold: 1 });
  });

  it('T3: a token is good at its own sale only', async () => {
    const sales = await Promise.all([1, 2, 3].map(async () => joinAs(await createSale(waitingOnly))));
    for (const here of sales) {
      for (const { visitor, token } of sales) {
        const own = visitor.saleId === here.visitor.saleId;
        const visiting = visitorOf(here.visitor.saleId, token);
        expect((await visiting.place()).status).toBe(own ? 200 : 401);
        expect((await visiting.join()).status).toBe(own ? 200 : 401);
        if (!own) await expect(openLive(here.visitor.saleId, token)).rejects.toThrow(/401/);
      }
    }
  });

  /** Closes and deletes a sale, and creates another one with the same id. */
  const makeAnew = async (saleId: string, settings: Partial<CreateSale>) => {
    expect((await operator.close(saleId)).status).toBe(200);
    expect((await operator.delete(saleId)).status).toBe(204);
    expect((await operator.create({ saleId, title: 'Anew', stock: 100, ...settings })).status).toBe(201);
  };

  it('T3: a place of a deleted sale is void in a new sale of the same id: a new number at the end of the line', async () => {
    const {
      saleId,
      visitors: [old],
    } = await line(1);
    await makeAnew(saleId, { ...waitingOnly, claimSeconds: 600 });
    expect(await old!.place()).toMatchObject({ status: 404, body: { code: 'not_in_queue' } });
    expect(await old!.claim()).toMatchObject({ status: 403, body: { code: 'not_admitted' } });
    expect(await old!.buy(1, 'k')).toMatchObject({ status: 403, body: { code: 'not_admitted' } });
    for (let i = 0; i < 3; i += 1) await joinAs(saleId);
    // A join with the old token is a new visitor, always the same one, with a token of its own; the old token stays unknown.
    const joined = await old!.join();
    expect(joined).toMatchObject({ status: 201, body: { visitor: { seq: 4, position: 4 } } });
    expect(await old!.join()).toMatchObject({ status: 200, body: { visitor: { seq: 4, visitorId: joined.body.visitor.visitorId } } });
    const renewed = visitorOf(saleId, joined.body.token);
    expect((await renewed.place()).body).toMatchObject({ seq: 4, position: 4 });
    await operator.change(saleId, { admitPerSecond: 50 });
    await until('the new visitor is inside', async () => (await renewed.place()).body.state === 'admitted');
    expect((await old!.claim()).status).toBe(403);
  });

  it.each([
    ['quiet', false],
    ['busy', true],
  ])('T3: the stream believes no number of the deleted sale, also while the new one is %s', async (_, busy) => {
    const {
      saleId,
      visitors: [, , old],
    } = await line(3);
    const base = gateways()[0]!;
    const before = await openLive(saleId, old!.token, { base });
    await before.waitFor('state', ({ visitor }) => visitor.seq === 3);
    await makeAnew(saleId, waitingOnly);
    // Under traffic: event numbers of the new sale exceed those of the old one.
    let running = busy;
    const traffic = (async () => {
      while (running) await operator.change(saleId, { title: `Anew ${Date.now()}` });
    })();
    try {
      expect([1008, 4010]).toContain((await before.waitForClose(5_000)).code);
      await expect(openLive(saleId, old!.token, { base })).rejects.toThrow('refused with 404');
    } finally {
      running = false;
      await traffic;
      before.close();
    }
  });

  it('T4: leaving and joining again moves to the back, every time', async () => {
    const { visitors } = await line(4);
    let last = 4;
    for (let round = 0; round < 12; round += 1) {
      const visitor = visitors[(round * 3) % visitors.length]!;
      expect((await visitor.leave()).status).toBe(204);
      const { body } = await visitor.join();
      expect(body.visitor).toMatchObject({ seq: (last += 1), position: visitors.length, waiting: visitors.length });
      const other = visitors[(round * 3 + 1) % visitors.length]!;
      expect((await other.join()).body.visitor.seq).toBeLessThan(last);
    }
  });

  it('T4: two tabs are one place', async () => {
    const {
      saleId,
      visitors: [mine],
    } = await line(2);
    const tabs = await Promise.all(gateways().map((base) => openLive(saleId, mine!.token, { base })));
    for (const tab of tabs) expect((await tab.waitFor('state')).visitor).toMatchObject({ seq: 1, position: 1 });
    const joins = await Promise.all(Array.from({ length: 20 }, () => mine!.join()));
    for (const { status, body } of joins) expect([status, body.visitor]).toMatchObject([200, { seq: 1, position: 1, waiting: 2 }]);
    for (const tab of tabs) tab.close();
  });
});

describe('a visitor', () => {
  it('T5: no field of a client moves the place', async () => {
    const { saleId, visitors } = await line(3);
    const [first, , last] = visitors;
    const path = `/api/sales/${saleId}`;
    const query = `?seq=1&position=1&visitorId=${first!.visitor.visitorId}&visitor=${first!.visitor.visitorId}&token=${first!.token}`;
    const headers = {
      'x-visitor-id': first!.visitor.visitorId,
      'x-seq': '1',
      'x-position': '1',
      'x-user-id': first!.visitor.visitorId,
      'x-sunbeon-event': '1',
      'x-sunbeon-rpc': 'x',
    };
    const { token } = last!;
    for (const body of [
      { seq: 1 },
      { position: 1 },
      { visitorId: first!.visitor.visitorId },
      { token: first!.token },
      { operation: 'x' },
      { items: [] },
    ]) {
      expect(await rawCall('POST', `${path}/queue${query}`, { token, headers, body })).toMatchObject({
        status: 400,
        body: { code: 'invalid_request' },
      });
      expect(await rawCall('POST', `${path}/queue/me/claim`, { token, body })).toMatchObject({
        status: 400,
        body: { code: 'invalid_request' },
      });
      expect(
        await rawCall('POST', `${path}/purchases`, {
          token,
          headers: { ...headers, 'idempotency-key': 'k' },
          body: { quantity: 1, ...body },
        }),
      ).toMatchObject({ status: 400 });
      expect(
        await rawCall('POST', `${path}/holds`, { token, headers: { ...headers, 'idempotency-key': 'k' }, body: { quantity: 1, ...body } }),
      ).toMatchObject({ status: 400 });
    }
    expect(await rawCall('POST', `${path}/queue${query}`, { token, headers })).toMatchObject({
      status: 200,
      body: { visitor: { seq: 3, position: 3, visitorId: last!.visitor.visitorId } },
    });
    expect(await rawCall('GET', `${path}/queue/me${query}`, { token, headers })).toMatchObject({
      status: 200,
      body: { seq: 3, position: 3, visitorId: last!.visitor.visitorId },
    });
    expect(await rawCall('GET', `${path}/queue/me${query}`, { headers })).toMatchObject({ status: 401 });
    expect(await rawCall('POST', `${path}/queue/me/claim${query}`, { token, headers })).toMatchObject({ status: 403 });
    const live = await openLive(saleId, token, { after: '1-0' });
    expect((await live.waitFor('state')).visitor).toMatchObject({ seq: 3, position: 3 });
    live.close();
    expect(await rawCall('POST', `${path}/queue${query}`, { headers })).toMatchObject({
      status: 201,
      body: { visitor: { seq: 4, position: 4 } },
    });
    expect((await first!.place()).body).toMatchObject({ seq: 1, position: 1, waiting: 4 });
  });

  it('T8: no call takes a visitor, and holds of others look like holds that never were', async () => {
    const { body } = await rawCall<{
      paths: Record<string, Record<string, { parameters?: { name: string }[]; requestBody?: unknown }>>;
      components: unknown;
    }>('GET', '/openapi.json');
    for (const [path, operations] of Object.entries(body.paths)) {
      // A pass's id is for shop keys alone (catalogue.test.ts).
      if (path.startsWith('/api/passes/')) continue;
      // Operators search for orders, also by visitor, and the audit log by its operators.
      if (path.startsWith('/api/admin/sales/{sale}/orders') || path === '/api/admin/audit-log') continue;
      for (const { parameters = [], requestBody } of Object.values(operations)) {
        const names = [...parameters.map(({ name }) => name), ...(path.match(/{\w+}/g) ?? [])].filter(
          (name) =>
            !/^\{?(sale|hold|code|planned|format|idempotency-key|if-match|after|limit|cursor|mode|root|page|generation|block|count|x-(forwarded|original)-[a-z]+)\}?$/.test(
              name,
            ),
        );
        expect([path, names, JSON.stringify(requestBody ?? '')]).toEqual([path, [], expect.not.stringMatching(/visitor|seq|position/i)]);
      }
    }
    const { saleId, visitor: owner } = await insider({ perVisitorLimit: 4 });
    const hold = (await owner.hold(2, 'h')).body.holdId;
    const stranger = await joinAs(saleId);
    const unknown = `h_${'A'.repeat(22)}`;
    const look = async (work: Promise<{ status: number; headers: Headers; body: unknown }>) => {
      const { status, headers, body: answer } = await work;
      return { status, answer, headers: [...headers].filter(([name]) => name !== 'date' && name !== 'x-request-id') };
    };
    const { token } = stranger;
    const confirm = (id: string) => look(rawCall('POST', `/api/sales/${saleId}/holds/${id}/confirm`, { token }));
    const release = (id: string) => look(rawCall('DELETE', `/api/sales/${saleId}/holds/${id}`, { token }));
    expect(await confirm(hold)).toEqual(await confirm(unknown));
    expect(await release(hold)).toEqual(await release(unknown));
    expect(await stranger.release(hold)).toMatchObject({ status: 404, body: { code: 'hold_not_found' } });
    for (const path of [
      '/queue/1',
      `/queue/${owner.visitor.visitorId}`,
      `/visitors/${owner.visitor.visitorId}`,
      `/purchases/${owner.visitor.visitorId}`,
      `/holds/${hold}`,
      '/purchases',
      '/holds',
      '/queue',
    ]) {
      const answer = await rawCall('GET', `/api/sales/${saleId}${path}`, { token: stranger.token });
      // An address that only takes other methods says so, and the shop's own refuses; none tells anything of a visitor.
      expect([path, answer.status, answer.body.code]).toEqual([
        path,
        ...(path.startsWith('/holds/h_')
          ? [401, 'invalid_token']
          : /^\/(holds|purchases|queue)$/.test(path)
            ? [405, 'method_not_allowed']
            : [404, 'route_not_found']),
      ]);
    }
    expect((await stranger.purchases()).body).toEqual({ purchases: [] });
    expect((await owner.confirm(hold)).status).toBe(201);
  });

  it('T23: repeated holds: one at a time, and it expires', async () => {
    const { saleId, visitor } = await insider({ stock: 4, perVisitorLimit: 4, holdSeconds: 1 });
    for (let round = 0; round < 3; round += 1) {
      const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => visitor.hold(4, `r${round}_${i}`)));
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
      expect(await visitor.hold(1, `more${round}`)).toMatchObject({ status: 409 });
      expect((await saleOf(saleId)).stock!.held).toBeLessThanOrEqual(4);
      await until('the stock is back', async () => (await saleOf(saleId)).stock!.left === 4, 3_000);
    }
    let held = 0;
    while (held < 100 && (await visitor.release((await visitor.hold(1, `again${held}`)).body.holdId)).status === 204) held += 1;
    expect(held).toBeLessThan(100);
    expect((await publicSale(saleId)).body.stock).toMatchObject({ held: 0, left: 4 });
  });

  it('T15: scripts are constants: one file sends them, and none crosses slots', () => {
    const root = new URL('../../', import.meta.url).pathname;
    const files = ['services', 'packages']
      .flatMap((folder) => readdirSync(pathOf(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => pathOf(folder, file)))
      .filter((file) => !/node_modules|\/dist\/|\/test\//.test(file));
    const containing = (ending: string, text: RegExp) =>
      files.filter((file) => file.endsWith(ending) && text.test(readFileSync(pathOf(root, file), 'utf8')));
    expect(files.filter((file) => file.endsWith('.lua')).length).toBeGreaterThan(20);
    // The traces only name the command.
    expect(containing('.ts', /(?<!'db.operation.name': ')EVAL|\.eval\w*\(|defineCommand|SCRIPT LOAD/)).toEqual([
      'packages/runtime/src/script.ts',
    ]);
    expect(containing('.lua', /allow-cross-slot-keys|load\s*\(|loadstring/)).toEqual([]);
  });
});
