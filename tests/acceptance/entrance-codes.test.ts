import { request } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { codeAlphabet, keys, limits } from '@sunbeon/contracts';
import { Redis } from 'ioredis';
import { apiAt, createSale, gateways, nextGateway, operator, valueOf, visitorOf } from '../fixtures/client.ts';
import { isLong } from '../fixtures/long.ts';
import { rawBytes, rawCall } from '../fixtures/raw-call.ts';
import { testRedisUrl, until } from '../fixtures/sale.ts';
import { adminToken } from '../fixtures/stack.mjs';

const credential = { authorization: `Bearer ${adminToken}` };
/** A caller with an address of its own, so that no other one counts against it. */
let addresses = 1;
const caller = (base?: string) => {
  const localAddress = `127.0.0.${(addresses += 1)}`;
  return (path: string, body: Record<string, string>) =>
    new Promise<{ status: number; after: number; body: { code: string; token: string } }>((resolve, reject) => {
      const headers = { 'content-type': 'application/json' };
      const sent = request(
        `${base ?? nextGateway()}/api/sales/${path}`,
        { method: 'POST', localAddress, headers, agent: false },
        (response) => {
          let text = '';
          response.on('data', (part: Buffer) => {
            text += String(part);
          });
          response.on('end', () =>
            resolve({
              status: response.statusCode!,
              after: Number(response.headers['retry-after'] ?? 0),
              body: JSON.parse(text) as { code: string; token: string },
            }),
          );
        },
      );
      sent.on('error', reject).end(JSON.stringify(body));
    });
};
const joinWith = (saleId: string, code: string, base?: string) => apiAt(base).join(saleId, { code });
const allCodes = async (saleId: string) => {
  const found: { code: string; uses: number; used: number; label?: string }[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await valueOf('codes', operator.codes(saleId, { limit: limits.codesPerPage, cursor }));
    found.push(...page.codes);
    if (page.next === undefined) return found;
    cursor = page.next;
  }
};
const csvOf = async (saleId: string, headers: Record<string, string> = {}, query = '?format=csv') => {
  const {
    status,
    headers: got,
    bytes,
  } = await rawBytes(`/api/admin/sales/${saleId}/codes${query}`, { headers: { ...credential, ...headers } });
  return { status, headers: got, text: bytes.toString() };
};

const calls = isLong ? 10 : 2;

describe('access codes', () => {
  it(`are made, listed, exported and used: ${calls} times 10,000 of them`, async () => {
    const saleId = await createSale({ access: 'code', stock: 1_000 });
    for (let i = 0; i < calls; i += 1) {
      const made = await valueOf('make', operator.makeCodes(saleId, { count: 10_000, uses: 2, label: `letter ${i}` }));
      expect({ codes: made.codes.length, existed: made.existed }).toEqual({ codes: 10_000, existed: 0 });
    }
    const listed = await allCodes(saleId);
    expect(new Set(listed.map(({ code }) => code)).size).toBe(calls * 10_000);
    const form = new RegExp(`^[${codeAlphabet}]{10}$`);
    expect(listed.filter(({ code, uses, used }) => !form.test(code) || uses !== 2 || used !== 0)).toEqual([]);

    const csv = await csvOf(saleId);
    expect({ status: csv.status, type: csv.headers.get('content-type'), caching: csv.headers.get('cache-control') }).toEqual({
      status: 200,
      type: 'text/csv; charset=utf-8',
      caching: 'private, no-store',
    });
    const [head, ...lines] = csv.text.split('\r\n');
    expect([head, lines.pop()]).toEqual(['code,uses,used,label', '']);
    expect(lines).toEqual(listed.map(({ code, uses, used, label }) => `${code},${uses},${used},${label}`));

    // A small crowd: each code for two people, in the spellings of people.
    const [first, second, third] = listed.slice(-3).map(({ code }) => code) as [string, string, string];
    const spelled = [
      first.toLowerCase(),
      `${first.slice(0, 5)}-${first.slice(5)}`,
      second.split('').join(' '),
      second.replaceAll('0', 'o').replaceAll('1', 'l'),
    ];
    for (const code of spelled) expect((await joinWith(saleId, code)).status).toBe(201);
    expect(await joinWith(saleId, first)).toMatchObject({ status: 403, body: { code: 'code_invalid' } });
    expect(await apiAt().join(saleId)).toMatchObject({ status: 403, body: { code: 'code_invalid' } });
    expect((await allCodes(saleId)).slice(-3).map(({ used }) => used)).toEqual([2, 2, 0]);

    expect((await operator.takeBackCode(saleId, third.toLowerCase())).status).toBe(204);
    expect(await operator.takeBackCode(saleId, third)).toMatchObject({ status: 404, body: { code: 'code_not_found' } });
    expect(await joinWith(saleId, third)).toMatchObject({ status: 403, body: { code: 'code_invalid' } });
    expect((await allCodes(saleId)).length).toBe(calls * 10_000 - 1);
    // The log tells what was done, and never a code.
    const { entries } = await valueOf('log', operator.auditLog(saleId));
    expect(entries.filter(({ action }) => action === 'make_codes').map(({ detail }) => detail)).toContainEqual({
      made: 10_000,
      uses: 2,
      label: 'letter 0',
    });
    expect(entries.map(({ action }) => action)).toContain('take_back_code');
    expect(JSON.stringify(entries)).not.toContain(third);
  });

  it('with two uses give two of 20 at once a place, and one that is given up goes to the next', async () => {
    const saleId = await createSale({ access: 'code' });
    const { codes } = await valueOf('make', operator.makeCodes(saleId, { count: 1, uses: 2 }));
    const { code } = codes[0]!;
    const tried = await Promise.all(Array.from({ length: 20 }, () => caller()(`${saleId}/queue`, { code })));
    const joined = tried.filter(({ status }) => status === 201);
    expect(joined).toHaveLength(2);
    expect(tried.filter(({ status }) => status === 403)).toHaveLength(18);
    expect((await visitorOf(saleId, joined[0]!.body.token).leave()).status).toBe(204);
    expect((await valueOf('codes', operator.codes(saleId))).codes).toEqual([{ code, uses: 2, used: 1 }]);
    expect((await joinWith(saleId, code)).status).toBe(201);
    // Who has a place needs no code again.
    expect((await visitorOf(saleId, joined[1]!.body.token).join()).status).toBe(200);
  });

  it('of one’s own are normalised, brought once, and exported as inert text', async () => {
    const saleId = await createSale({ access: 'code' });
    const label = '=HYPERLINK("http://evil.example","win"), a';
    const brought = await valueOf('bring', operator.makeCodes(saleId, { codes: ['vip-oil 01', 'VIP01101', 'summer2026'], uses: 3, label }));
    expect(brought).toEqual({
      codes: [
        { code: 'V1P01101', uses: 3, used: 0, label },
        { code: 'SUMMER2026', uses: 3, used: 0, label },
      ],
      existed: 0,
    });
    expect(await valueOf('again', operator.makeCodes(saleId, { codes: ['SUMMER2026', 'WINTER2026'] }))).toEqual({
      codes: [
        { code: 'SUMMER2026', uses: 3, used: 0, label },
        { code: 'W1NTER2026', uses: 1, used: 0 },
      ],
      existed: 1,
    });
    expect((await joinWith(saleId, 'vip O1lOi')).status).toBe(201);
    const { text } = await csvOf(saleId, { accept: 'text/csv' }, '');
    const quoted = `"'=HYPERLINK(""http://evil.example"",""win""), a"`;
    expect(text).toBe(`code,uses,used,label\r\nV1P01101,3,1,${quoted}\r\nSUMMER2026,3,0,${quoted}\r\nW1NTER2026,1,0,\r\n`);
    for (const body of [
      {},
      { count: 1, codes: ['SUMMER2026'] },
      { codes: ['SHORT'] },
      { codes: ['SÜMMER2026'] },
      { count: 10_001 },
      { count: 0 },
    ])
      expect(await operator.makeCodes(saleId, body)).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
  });

  it('fit 10,000 in one call, as long as they may be', async () => {
    const saleId = await createSale({ access: 'code' });
    const codes = Array.from({ length: 10_000 }, (_, i) => `${'A'.repeat(27)}${String(10_000 + i)}`.split('').join('-'));
    const made = await valueOf('bring', operator.makeCodes(saleId, { codes }));
    expect(made.codes).toHaveLength(10_000);
    const path = `/api/admin/sales/${saleId}/codes`;
    const body = { codes: [...codes, ...codes] };
    expect(await rawCall('POST', path, { token: adminToken, body })).toMatchObject({ status: 413, body: { code: 'payload_too_large' } });
    expect(await rawCall('POST', path, { body: { codes } })).toMatchObject({ status: 401, body: { code: 'invalid_token' } });
  });

  it('are the same for the same key, and no more of them', async () => {
    const saleId = await createSale({ access: 'code' });
    const made = await Promise.all(
      Array.from({ length: 4 }, () => valueOf('make', operator.makeCodes(saleId, { count: 1_200 }, { idempotencyKey: 'one' }))),
    );
    for (const again of made) expect(again).toEqual(made[0]);
    expect(await allCodes(saleId)).toHaveLength(1_200);
    expect(await operator.makeCodes(saleId, { count: 3 }, { idempotencyKey: 'one' })).toMatchObject({
      status: 422,
      body: { code: 'idempotency_conflict' },
    });
    expect(await operator.makeCodes('nowhere', { count: 3 })).toMatchObject({ status: 404, body: { code: 'sale_not_found' } });
    expect(await operator.codes('nowhere')).toMatchObject({ status: 404, body: { code: 'sale_not_found' } });
  });

  it('are guessed 20 times a minute from an address, and a right one is never refused', async () => {
    const saleId = await createSale({ access: 'code' });
    const { codes } = await valueOf('make', operator.makeCodes(saleId, { count: 1 }));
    const [base] = gateways();
    const [guesser, neighbour] = [caller(base), caller(base)];
    const path = `${saleId}/queue`;
    const answers: number[] = [];
    for (let i = 0; i < 25; i += 1) answers.push((await guesser(path, { code: `WRONG${i}` })).status);
    expect(answers).toEqual([...Array<number>(20).fill(403), ...Array<number>(5).fill(429)]);
    const refused = await guesser(path, { code: 'WRONGAGAIN' });
    expect({ ...refused, waits: refused.after > 0 && refused.after <= 60 }).toMatchObject({ body: { code: 'rate_limited' }, waits: true });
    // None is no guess, and another address is another one.
    expect((await guesser(path, {})).status).toBe(403);
    expect((await neighbour(path, { code: 'WRONG' })).status).toBe(403);
    expect((await guesser(path, { code: codes[0]!.code })).status).toBe(201);
  });
});

describe('another device', () => {
  const started = async (settings = {}) => {
    const saleId = await createSale({ admitPerSecond: 0.001, ...settings });
    const ahead = await valueOf('join', apiAt().join(saleId));
    const { token, visitor } = await valueOf('join', apiAt().join(saleId));
    return { saleId, ahead, token, visitor, mine: apiAt(undefined, token) };
  };

  it('shows the same place, with a token and a cookie of its own', async () => {
    const { saleId, token, visitor, mine } = await started();
    const { url, code, expiresAt } = await valueOf('transfer', mine.transfer(saleId));
    expect(url).toMatch(new RegExp(`^https?://[^/]+/sales/${saleId}#transfer=${code}$`));
    expect(code).toMatch(/^[\w-]{22,}$/);
    const restMs = Date.parse(expiresAt) - Date.now();
    expect({ restMs, isTwoMinutes: restMs > 110_000 && restMs <= 121_000 }).toMatchObject({ isTwoMinutes: true });

    const taken = await apiAt().takeTransfer(saleId, code);
    expect(taken).toMatchObject({ status: 200, body: { visitor: { visitorId: visitor.visitorId, seq: visitor.seq, state: 'waiting' } } });
    expect(taken.headers.getSetCookie().join()).toContain(`=${taken.body.token};`);
    const places = await Promise.all([token, taken.body.token].map((of) => valueOf('place', apiAt(undefined, of).place(saleId))));
    expect(places.map(({ visitorId, seq, position }) => [visitorId, seq, position])).toEqual([
      [visitor.visitorId, visitor.seq, visitor.position],
      [visitor.visitorId, visitor.seq, visitor.position],
    ]);
    expect(await apiAt().takeTransfer(saleId, code)).toMatchObject({ status: 403, body: { code: 'code_invalid' } });
  });

  it('is one of 40 that try the same code at once', async () => {
    const { saleId, mine } = await started();
    const { code } = await valueOf('transfer', mine.transfer(saleId));
    const tried = await Promise.all(Array.from({ length: 40 }, () => caller()(`${saleId}/transfer`, { code })));
    expect(tried.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(tried.filter(({ status }) => status === 403)).toHaveLength(39);
  });

  it('is refused when the code is old, when there is no place, and in a sale for members', async () => {
    const { saleId, token, mine } = await started();
    const redis = new Redis(testRedisUrl());
    const { code } = await valueOf('transfer', mine.transfer(saleId));
    expect((await redis.hkeys(keys.transfers(saleId))).join()).not.toContain(code);
    await redis.zadd(keys.transferEnds(saleId), '1', (await redis.zrange(keys.transferEnds(saleId), '0', '-1'))[0]!);
    redis.disconnect();
    expect(await apiAt().takeTransfer(saleId, code)).toMatchObject({ status: 403, body: { code: 'code_invalid' } });
    const elsewhere = await createSale();
    expect(await mine.transfer(elsewhere)).toMatchObject({ status: 401, body: { code: 'invalid_token' } });
    const later = await valueOf('transfer', mine.transfer(saleId));
    const stored = new Redis(testRedisUrl());
    await stored.hset(keys.sale(saleId), 'identity', 'member');
    expect(await mine.transfer(saleId)).toMatchObject({ status: 401, body: { code: 'member_required' } });
    expect(await apiAt().takeTransfer(saleId, later.code)).toMatchObject({ status: 401, body: { code: 'member_required' } });
    await stored.hset(keys.sale(saleId), 'identity', 'none');
    stored.disconnect();
    expect((await apiAt(undefined, token).leave(saleId)).status).toBe(204);
    expect(await mine.transfer(saleId)).toMatchObject({ status: 404, body: { code: 'not_in_queue' } });
  });

  it('gets 10 links an hour, and its codes are guessed 20 times a minute from an address', async () => {
    const { saleId, mine } = await started();
    for (let i = 0; i < 10; i += 1) expect((await mine.transfer(saleId)).status).toBe(201);
    const refused = await mine.transfer(saleId);
    expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3_000);
    const guesser = caller(gateways()[0]);
    const answers: number[] = [];
    for (let i = 0; i < 22; i += 1) answers.push((await guesser(`${saleId}/transfer`, { code: `wrong${i}` })).status);
    expect(answers).toEqual([...Array<number>(20).fill(403), 429, 429]);
  });

  it('leaves nothing behind when the sale is deleted', async () => {
    const { saleId, mine } = await started({ access: 'open' });
    await valueOf('transfer', mine.transfer(saleId));
    await valueOf('codes', operator.makeCodes(saleId, { count: 3 }));
    await operator.close(saleId);
    expect((await operator.delete(saleId)).status).toBe(204);
    const redis = new Redis(testRedisUrl());
    const left = async () => (await redis.keys(`*{${saleId}}`)).filter((key) => key !== keys.auditLog(saleId));
    await until('all keys are gone', async () => (await left()).length === 0);
    redis.disconnect();
  });
});
