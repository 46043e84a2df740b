import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys, type AuditLog } from '@sunbeon/contracts';
import { Redis } from 'ioredis';
import { operatorAt, type Answer } from '../fixtures/client.ts';
import { browserOf, consoleOrigin } from '../fixtures/operator-session.ts';
import { rawBytes } from '../fixtures/raw-call.ts';
import { adminToken, operatorTokens, startStack, type Stack } from '../fixtures/stack.mjs';

const dayMs = 86_400_000;
let stack: Stack;
let redis: Redis;
let base: string;
beforeAll(async () => {
  stack = await startStack({
    env: { AUDIT_LOG_ENTRIES: '100', AUDIT_LOG_DAYS: '30', WRONG_TOKENS_PER_MINUTE: '0', TRUST_PROXY: 'loopback' },
  });
  redis = new Redis(stack.redisUrl);
  base = stack.gateways[0]!;
}, 60_000);
afterAll(async () => {
  redis.disconnect();
  await stack.stop();
});

const admin = () => operatorAt(base);
const olga = () => operatorAt(base, operatorTokens.operator);
const newSale = async (saleId: string, title = 'T') =>
  expect((await admin().create({ saleId, title, stock: 5, admitPerSecond: 1 })).status).toBe(201);
/** Every page, and how many there were. */
const allOf = async (read: (after: string | undefined) => Promise<Answer<AuditLog>>) => {
  const entries: AuditLog['entries'] = [];
  let pages = 0;
  for (let after: string | undefined, more = true; more; more = after !== undefined) {
    const { status, body } = await read(after);
    expect(status).toBe(200);
    entries.push(...body.entries);
    pages += 1;
    after = body.next;
  }
  return { entries, pages };
};

describe('the audit log of a sale', () => {
  it('says who, from where, what, and what it replaced', async () => {
    await newSale('values');
    const browser = browserOf(base);
    await browser.signIn(operatorTokens.operator);
    await browser.call('PATCH', '/api/admin/sales/values', {
      headers: { origin: consoleOrigin, 'x-forwarded-for': '192.0.2.44' },
      body: { admitPerSecond: 2, activeLimit: 1_000, message: 'soon' },
    });
    await olga().pause('values');
    await admin().addStock('values', -2);
    await admin().makeCodes('values', { codes: ['SECRET2026X'], label: 'press' });
    const { body } = await admin().auditLog('values');
    expect(body.entries.map(({ action, operator, before, after }) => ({ action, operator, before, after }))).toMatchObject([
      { action: 'make_codes', operator: 'admin' },
      { action: 'add_stock', operator: 'admin', before: { total: 5 }, after: { total: 3 } },
      { action: 'pause', operator: 'olga', before: { status: 'open' }, after: { status: 'paused' } },
      // The limit was 1,000 before.
      { action: 'change', operator: 'olga', before: { admitPerSecond: '1', message: '' }, after: { admitPerSecond: '2', message: 'soon' } },
      { action: 'create', operator: 'admin' },
    ]);
    expect(body.entries[3]!.address).toBe('192.0.2.44');
    expect(Object.keys(body.entries[3]!.before!).sort()).toEqual(['admitPerSecond', 'message']);
    expect(body.entries[0]!.detail).toEqual({ brought: 1, uses: 1, label: 'press' });
    expect(JSON.stringify(body)).not.toContain('SECRET2026X');
  });

  it('is paged without a gap or a double, also by operator and while it grows', async () => {
    await newSale('paged');
    for (let i = 0; i < 12; i += 1) await (i % 3 === 0 ? olga() : admin()).change('paged', { message: `${i}` });
    const all = await allOf((after) => admin().auditLog('paged', { limit: 5, after }));
    expect([all.entries.length, all.pages]).toEqual([13, 3]);
    expect(all.entries.map(({ detail }) => (detail as { message?: string }).message)).toEqual([
      ...Array.from({ length: 12 }, (_, i) => `${11 - i}`),
      '',
    ]);
    const first = await admin().auditLog('paged', { limit: 4 });
    await admin().change('paged', { message: 'new' });
    const second = await admin().auditLog('paged', { limit: 4, after: first.body.next });
    expect(second.body.entries.map(({ detail }) => (detail as { message: string }).message)).toEqual(['7', '6', '5', '4']);
    const hers = await allOf((after) => admin().auditLog('paged', { operator: 'olga', limit: 2, after }));
    expect(hers.entries.map(({ operator, detail }) => [operator, (detail as { message: string }).message])).toEqual(
      ['9', '6', '3', '0'].map((message) => ['olga', message]),
    );
    expect((await admin().auditLog('paged', { operator: 'nobody' })).body).toEqual({ entries: [] });
    for (const after of ['x', '1-1', '1-1.2', '-'])
      expect(await admin().auditLog('paged', { after })).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
  });

  it('has an end: nothing comes after the first place there can be', async () => {
    await newSale('ends');
    for (const after of ['0-0.0', '0-0.1', '0-1.0', '1-0.0', '999999999999999-9999999999.1'])
      for (const { status, body } of [await admin().auditLog('ends', { after }), await admin().signIns({ after })])
        expect([after, status, after.startsWith('9') || body.entries.length === 0]).toEqual([after, 200, true]);
  });

  it('outlives the sale, and goes on when the id is taken again', async () => {
    await newSale('deleted');
    await admin().close('deleted');
    await admin().delete('deleted');
    const actions = async () => (await admin().auditLog('deleted')).body.entries.map(({ action }) => action);
    expect(await actions()).toEqual(['delete', 'close', 'create']);
    const ttlMs = await redis.pttl(keys.auditLog('deleted'));
    expect(ttlMs).toBeGreaterThan(29.9 * dayMs);
    expect(ttlMs).toBeLessThanOrEqual(30 * dayMs);
    await newSale('deleted');
    expect(await actions()).toEqual(['create', 'delete', 'close', 'create']);
    expect((await admin().auditLog('never')).status).toBe(404);
  });

  it('keeps the newest entries up to its number and its age', async () => {
    await newSale('capped');
    const key = keys.auditLog('capped');
    const old = Date.now() - 31 * dayMs;
    const fields = ['at', String(old), 'action', 'change', 'by', '{"operator":"olga","address":"a"}', 'detail', '{}'];
    await redis.del(key);
    for (let i = 0; i < 5; i += 1) await redis.xadd(key, `${old}-${i}`, ...fields);
    await admin().change('capped', { message: 'young' });
    expect((await admin().auditLog('capped')).body.entries.map(({ action }) => action)).toEqual(['change']);
    for (let i = 0; i < 120; i += 1) await admin().change('capped', { message: `${i}` });
    const { entries } = await allOf((after) => admin().auditLog('capped', { after }));
    expect([entries.length, (entries.at(-1)!.detail as { message: string }).message]).toEqual([100, '20']);
  });

  it('keeps check-ins apart: with a full house no other action goes, and the operator of each is in it', async () => {
    await newSale('door');
    await olga().pause('door');
    const orders = Array.from({ length: 130 }, (_, i) => `p_${i}`);
    const json = (purchaseId: string) => JSON.stringify({ purchaseId, visitor: 'v', quantity: 1, purchasedAtMs: 1 });
    await redis.hset(keys.purchases('door'), Object.fromEntries(orders.map((id) => [id, json(id)])));
    for (const id of orders) expect((await olga().checkInOrder('door', id)).status).toBe(200);
    // Once more, or by the same key: no entry.
    expect((await admin().checkInOrder('door', 'p_0')).status).toBe(409);
    const all = await allOf((after) => admin().auditLog('door', { limit: 40, after }));
    expect(all.entries.map(({ action, operator }) => `${action} ${operator}`)).toEqual([
      ...Array.from({ length: 100 }, () => 'check_in olga'),
      'pause olga',
      'create admin',
    ]);
    expect(all.entries.slice(0, 100).map(({ detail }) => (detail as { purchaseId: string }).purchaseId)).toEqual(
      orders.slice(30).toReversed(),
    );
    const without = await admin().auditLog('door', { checkIns: false });
    expect(without.body.entries.map(({ action }) => action)).toEqual(['pause', 'create']);
    await admin().close('door');
    await admin().delete('door');
    const after = await allOf((from) => admin().auditLog('door', { after: from }));
    expect(after.entries.filter(({ action }) => action === 'check_in')).toHaveLength(100);
    expect(await redis.pttl(keys.checkInLog('door'))).toBeGreaterThan(29.9 * dayMs);
  });

  it('as CSV is complete, quoted, and nothing in it runs in a spreadsheet', async () => {
    await newSale('csv');
    for (let i = 0; i < 3; i += 1) await admin().change('csv', { message: `=cmd|'/c calc'!A${i}, "quoted"` });
    for (const [path, accept] of [
      ['/api/admin/audit-log?sale=csv&format=csv', undefined],
      ['/api/admin/audit-log?sale=csv', 'text/csv'],
    ] as const) {
      const { status, headers, bytes } = await rawBytes(path, {
        base,
        headers: { authorization: `Bearer ${adminToken}`, ...(accept ? { accept } : {}) },
      });
      expect([status, headers.get('content-type'), headers.get('content-disposition')]).toEqual([
        200,
        'text/csv; charset=utf-8',
        'attachment; filename="audit-log-csv.csv"',
      ]);
      const text = bytes.toString('utf8');
      const lines = text.split('\r\n');
      expect(lines[0]).toBe('"at","sale","action","operator","address","before","after","detail"');
      expect(lines).toHaveLength(6);
      expect(lines[1]).toMatch(/^"[^"]+Z","csv","change","admin","127\.0\.0\.1","\{/);
      expect(text).not.toMatch(/(^|,)"[=+\-@\t]/m);
    }
    expect(
      (await rawBytes('/api/admin/audit-log?sale=csv&format=csv', { base, headers: { authorization: `Bearer ${operatorTokens.viewer}` } }))
        .status,
    ).toBe(403);
  });
});

describe('the log of the installation', () => {
  it('has sign-ins, failed ones, sign-outs and creations, newest first, with who and from where', async () => {
    await newSale('created', 'Its title');
    const here = { origin: consoleOrigin, 'x-forwarded-for': '198.51.100.20' };
    const browser = browserOf(base);
    await browser.signIn('a-wrong-token-0123456789-abc', here);
    await browser.signIn(operatorTokens.operator, here);
    await browser.signOut();
    const { entries } = await allOf((after) => admin().signIns({ limit: 3, after }));
    const mine = entries.slice(0, 4).map(({ action, operator, address, detail }) => ({ action, operator, address, detail }));
    expect(mine).toEqual([
      { action: 'sign_out', operator: 'olga', address: '127.0.0.1', detail: {} },
      { action: 'sign_in', operator: 'olga', address: '198.51.100.20', detail: {} },
      { action: 'sign_in_failed', operator: '', address: '198.51.100.20', detail: {} },
      { action: 'create', operator: 'admin', address: '127.0.0.1', detail: { saleId: 'created', title: 'Its title' } },
    ]);
    expect(JSON.stringify(entries)).not.toMatch(/wrong-token|of-the-tests/);
    expect((await admin().signIns({ operator: 'olga' })).body.entries.every(({ operator }) => operator === 'olga')).toBe(true);
    expect((await olga().signIns()).status).toBe(200);
    expect((await operatorAt(base, operatorTokens.viewer).signIns()).status).toBe(403);
  });

  it('loses none of the others to a flood of wrong tokens, and stays bounded', async () => {
    await newSale('before_flood');
    await Promise.all(Array.from({ length: 250 }, (_, i) => browserOf(base).signIn(`flood-${i}-of-wrong-tokens-0123`)));
    expect(await redis.xlen(keys.failedSignIns)).toBe(100);
    const { entries } = await allOf((after) => admin().signIns({ limit: 7, after }));
    expect(entries.some(({ detail }) => (detail as { saleId?: string }).saleId === 'before_flood')).toBe(true);
    expect(entries.filter(({ action }) => action === 'sign_in_failed')).toHaveLength(100);
    const times = entries.map(({ at }) => at);
    expect(times).toEqual(times.toSorted().reverse());
  });

  it('one unreadable entry hides no other', async () => {
    await redis.xadd(keys.operatorLog, '*', 'at', 'x', 'action', 'sign_in', 'by', 'junk', 'detail', '{}');
    await newSale('after_junk');
    expect((await admin().signIns({ limit: 2 })).body.entries[0]).toMatchObject({ action: 'create', detail: { saleId: 'after_junk' } });
  });
});
