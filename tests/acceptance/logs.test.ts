import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keys } from '@sunbeon/contracts';
import { Redis } from 'ioredis';
import { startWeb } from '../e2e/start.ts';
import { operatorAt } from '../fixtures/client.ts';
import { browserOf, consoleOrigin } from '../fixtures/operator-session.ts';
import { rawCall } from '../fixtures/raw-call.ts';
import {
  adminToken,
  freePort,
  memberSecret,
  operatorTokens,
  passKeys,
  shopKey,
  startStack,
  tokenSecret,
  until,
  type Stack,
} from '../fixtures/stack.mjs';

type Line = Record<string, unknown> & { level: string; event: string; service: string };

const isWebBuilt = existsSync(join(import.meta.dirname, '../../web/.next/standalone/web/server.js'));
let stack: Stack;
let redis: Redis;
const startedMs = Date.now();
/** Without a request log, and with one. */
let quiet: string;
let talking: string;
beforeAll(async () => {
  stack = await startStack({
    instances: { admission: 2, gateway: 2 },
    env: { TRUST_PROXY: 'loopback', WRONG_TOKENS_PER_MINUTE: '10' },
    envOf: (name): Record<string, string> => (name === 'gateway-1' || name === 'purchase-0' ? { REQUEST_LOG: 'on' } : {}),
  });
  redis = new Redis(stack.redisUrl);
  [quiet, talking] = stack.gateways as [string, string];
}, 60_000);
afterAll(async () => {
  redis.disconnect();
  await stack.stop();
});

const textOf = (name: string): string => stack.processes.get(name)!.log();
const linesOf = (name: string, event?: string): Line[] =>
  textOf(name)
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line)
    .filter((line) => event === undefined || line.event === event);
const services = (kind = ''): string[] => [...stack.processes.keys()].filter((name) => name !== 'redis' && name.startsWith(kind));
/** Of all instances, in the order of their times. */
const allOf = (event: string, kind?: string): Line[] =>
  services(kind)
    .flatMap((name) => linesOf(name, event))
    .sort((a, b) => String(a['time']).localeCompare(String(b['time'])));
const stop = async (name: string): Promise<void> => {
  const { child } = stack.processes.get(name)!;
  child.kill('SIGTERM');
  if (child.exitCode === null) await once(child, 'exit');
};

const consoleAddress = '198.51.100.7';
const guesser = '192.0.2.9';
const visitorAddress = (i: number): string => `203.0.113.${i}`;
const from = (address: string) => ({ 'x-forwarded-for': address, origin: consoleOrigin });
/** What must be in no line. */
const unsaid: string[] = [adminToken, ...Object.values(operatorTokens), shopKey, passKeys, tokenSecret, memberSecret];

interface Joined {
  token: string;
}
const joinFrom = async (saleId: string, i: number, base: string): Promise<string> => {
  const { status, body } = await rawCall<Joined>('POST', `/api/sales/${saleId}/queue`, { base, headers: from(visitorAddress(i)) });
  expect(status).toBe(201);
  unsaid.push(body.token, visitorAddress(i));
  return body.token;
};

describe('operators', () => {
  it('who, what, from where: each action with its outcome, of a session and of a token, and signing in and out', async () => {
    const browser = browserOf(quiet);
    const headers = from(consoleAddress);
    expect((await browser.signIn(operatorTokens.operator, headers)).status).toBe(200);
    unsaid.push(browser.id()!);
    const sale = { saleId: 'concert', title: 'A secret title', stock: 50, admitPerSecond: 50 };
    const byToken = { base: quiet, token: adminToken };
    const made = await rawCall('POST', '/api/admin/sales', {
      ...byToken,
      body: sale,
      headers: { ...headers, 'x-request-id': 'make-it.1' },
    });
    expect([made.status, made.headers.get('x-request-id')]).toEqual([201, 'make-it.1']);
    // A leader tells the changes that it sees; what it finds when it begins is in its own line.
    await until('a leader', async () => allOf('leader_acquired').some(({ sale }) => sale === 'concert'));
    const paused = await browser.call('POST', '/api/admin/sales/concert/pause', { headers });
    const id = paused.headers.get('x-request-id');
    expect(id).toMatch(/^[0-9a-f]{16}-[0-9a-z]+$/);
    await until('the leader to tell it', async () => allOf('sale_status_changed').some(({ status }) => status === 'paused'));
    await browser.call('POST', '/api/admin/sales/concert/resume', { headers });
    const change = { base: quiet, headers, body: { admitPerSecond: 40, message: 'said by the operator' } };
    await rawCall('PATCH', '/api/admin/sales/concert', { ...change, token: operatorTokens.operator });
    await rawCall('PATCH', '/api/admin/sales/concert', { ...change, token: operatorTokens.viewer });
    await rawCall('POST', '/api/admin/sales/nowhere/close', { base: quiet, headers, token: adminToken });
    expect((await browser.call('DELETE', '/api/admin/session', { headers })).status).toBe(204);
    const common = { level: 'info', service: 'admission', address: consoleAddress };
    const acted = { ...common, event: 'operator_acted', sale: 'concert' };
    const by = (operator: string, role = operator) => ({ operator, role });
    const said = [...allOf('operator_signed_in'), ...allOf('operator_acted'), ...allOf('operator_signed_out')];
    const expected = [
      { ...common, event: 'operator_signed_in', ...by('olga', 'operator') },
      { ...acted, ...by('admin'), action: 'createSale', status: 201, request_id: 'make-it.1', changed: Object.keys(sale) },
      { ...acted, ...by('olga', 'operator'), action: 'pauseSale', status: 200, request_id: id },
      { ...acted, ...by('olga', 'operator'), action: 'resumeSale', status: 200 },
      { ...acted, ...by('olga', 'operator'), action: 'changeSale', status: 200, changed: ['admitPerSecond', 'message'] },
      { ...acted, ...by('vera', 'viewer'), action: 'changeSale', status: 403, code: 'role_required' },
      { ...acted, ...by('admin'), action: 'closeSale', sale: 'nowhere', status: 404, code: 'sale_not_found' },
      { ...common, event: 'operator_signed_out', operator: 'olga' },
    ];
    for (const line of expected) expect(said).toContainEqual(expect.objectContaining(line));
    expect(said).toHaveLength(expected.length);
    unsaid.push('A secret title', 'said by the operator');
  });

  it('codes that they make and take back are in no line', async () => {
    await operatorAt(quiet).create({ saleId: 'coded', title: 'C', stock: 5, admitPerSecond: 1, access: 'code' });
    const path = '/api/admin/sales/coded/codes';
    const options = { base: quiet, token: adminToken, headers: { ...from(consoleAddress), 'idempotency-key': 'codes' } };
    const { body } = await rawCall<{ codes: { code: string }[] }>('POST', path, { ...options, body: { count: 3 } });
    expect((await rawCall('DELETE', `${path}/${body.codes[0]!.code}`, options)).status).toBe(204);
    unsaid.push(...body.codes.map(({ code }) => code));
    expect(allOf('operator_acted').map(({ action }) => action)).toEqual(expect.arrayContaining(['makeCodes', 'takeBackCode']));
  });
});

describe('a crowd', () => {
  it('costs no line by default; a request with a bug costs one, with the id that the gateway gave', async () => {
    const before = textOf('gateway-0').length + textOf('queue-0').length;
    const tokens = await Promise.all(Array.from({ length: 60 }, (_, i) => joinFrom('concert', i + 1, quiet)));
    for (let i = 0; i < 20; i += 1)
      await rawCall('POST', '/api/sales/concert/queue', { base: quiet, headers: { origin: 'http://elsewhere.test' } });
    for (let i = 0; i < 30; i += 1) {
      await rawCall('GET', '/api/sales/concert/queue/me', { base: quiet, token: `${tokens[i]!}x`, headers: from(visitorAddress(i)) });
      await rawCall('GET', `/api/sales/none-${i}`, { base: quiet, headers: from(visitorAddress(i)) });
    }
    expect(textOf('gateway-0').length + textOf('queue-0').length).toBe(before);

    // A key of another type makes the scripts of this sale fail.
    await operatorAt(quiet).create({ saleId: 'broken', title: 'B', stock: 5, admitPerSecond: 1 });
    const token = await joinFrom('broken', 61, quiet);
    await redis.set(keys.queue('broken'), 'of another type');
    const headers = { ...from(visitorAddress(61)), 'x-request-id': 'broken-place' };
    const place = await rawCall('GET', '/api/sales/broken/queue/me', { base: quiet, token, headers });
    expect([place.status, place.headers.get('x-request-id')]).toEqual([500, 'broken-place']);
    const left = await rawCall('DELETE', '/api/sales/broken/queue/me', { base: quiet, token, headers: from(visitorAddress(61)) });
    expect(left.status).toBe(500);
    const failed = { level: 'error', service: 'queue', err: expect.objectContaining({ message: expect.stringMatching(/WRONGTYPE/) }) };
    expect(linesOf('queue-0', 'request_failed')).toEqual([
      expect.objectContaining({ ...failed, call: 'place', request_id: 'broken-place' }),
      expect.objectContaining({ ...failed, request_id: left.headers.get('x-request-id') }),
    ]);
  });

  it('with REQUEST_LOG=on has a line for each request at the gateway and the service, with one id', async () => {
    const token = await joinFrom('concert', 62, talking);
    const headers = { ...from(visitorAddress(62)), 'idempotency-key': 'k', 'x-request-id': 'buy-1' };
    const options = { base: talking, token, headers, body: { quantity: 1 } };
    await until('admitted', async () => {
      await rawCall('POST', '/api/sales/concert/queue/me/claim', { base: talking, token, headers: from(visitorAddress(62)) });
      return (await rawCall('POST', '/api/sales/concert/purchases', options)).status === 201;
    });
    const bought = { level: 'info', request_id: 'buy-1', sale: 'concert', status: 201, ms: expect.any(Number) };
    const ofGateway = () => linesOf('gateway-1', 'request').filter(({ request_id, status }) => request_id === 'buy-1' && status === 201);
    // Written after the answer.
    await until('the line of the gateway', async () => ofGateway().length === 1);
    expect(ofGateway()).toEqual([
      expect.objectContaining({ ...bought, service: 'gateway', method: 'POST', route: '/api/sales/:sale/purchases' }),
    ]);
    expect(linesOf('purchase-0', 'request')).toContainEqual(expect.objectContaining({ ...bought, service: 'purchase', call: 'purchase' }));
    // Answers from the memory of the gateway would have no line.
    const reads = () => linesOf('gateway-1', 'request').filter(({ route }) => route === '/api/sales/:sale').length;
    const before = reads();
    for (let i = 0; i < 5; i += 1) await rawCall('GET', '/api/sales/concert', { base: talking });
    await until('five lines', async () => reads() === before + 5);
    expect(linesOf('gateway-0', 'request')).toEqual([]);
  });

  it.each(['a'.repeat(65), 'two ids', 'x"},{"y":"', '\u00e4'])('an id that is none, %j, is replaced', async (given) => {
    const { headers } = await rawCall('GET', '/api/sales/none', { base: talking, headers: { 'x-request-id': given } });
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f]{16}-[0-9a-z]+$/);
  });
});

(isWebBuilt ? it : it.skip)('the page: JSON, and the id of a request from the page through the gateway', async () => {
  const port = await freePort();
  const web = await startWeb(stack.folder, port, talking, { REQUEST_LOG: 'on' });
  const base = `http://127.0.0.1:${port}`;
  const { headers } = await rawCall('GET', '/api/sales/none-of-it', {
    base,
    headers: { 'x-request-id': 'via-the-page', ...from(visitorAddress(63)) },
  });
  expect(headers.get('x-request-id')).toBe('via-the-page');
  expect((await fetch(`${base}/sales/concert?token=${tokenSecret}`)).status).toBe(200);
  web.kill('SIGTERM');
  await once(web, 'exit');
  const text = readFileSync(join(stack.folder, `web-${port}.log`), 'utf8');
  const lines = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  for (const line of lines) expect(line).toMatchObject({ level: expect.stringMatching(/^(info|warn|error)$/), service: 'web' });
  expect(lines).toContainEqual(expect.objectContaining({ event: 'request', request_id: 'via-the-page', route: 'relayed', status: 404 }));
  expect(lines).toContainEqual(expect.objectContaining({ event: 'request', route: '/sales/:sale', status: 200 }));
  expect(linesOf('gateway-1', 'request')).toContainEqual(
    expect.objectContaining({ request_id: 'via-the-page', route: '/api/sales/:sale', status: 404 }),
  );
  expect([...unsaid, visitorAddress(63)].filter((secret) => text.includes(secret))).toEqual([]);
});

describe('sales', () => {
  it('a change by the clock and by an operator is told once; a change of the leader by both', async () => {
    // Long enough that an instance sees it scheduled.
    const opensAt = new Date(Date.now() + 6_000).toISOString();
    await operatorAt(quiet).create({ saleId: 'later', title: 'L', stock: 5, admitPerSecond: 1, opensAt });
    const changesOf = (saleId: string) =>
      allOf('sale_status_changed')
        .filter(({ sale }) => sale === saleId)
        .map(({ from: before, status, service, level }) => [before, status, service, level]);
    await until('it to open', async () => changesOf('later').length > 0);
    expect(changesOf('later')).toEqual([['scheduled', 'open', 'admission', 'info']]);
    expect(changesOf('concert')).toEqual([
      ['open', 'paused', 'admission', 'info'],
      ['paused', 'open', 'admission', 'info'],
    ]);
    const leads = (name: string, saleId = 'concert') => linesOf(name, 'leader_acquired').find(({ sale }) => sale === saleId);
    const [leader, other] = ['admission-0', 'admission-1'].sort((a, b) => Number(leads(b) !== undefined) - Number(leads(a) !== undefined));
    await stop(leader!);
    await until('the other to lead', async () => leads(other!) !== undefined && leads(other!, 'later') !== undefined);
    expect(linesOf(leader!, 'leader_lost')).toContainEqual(
      expect.objectContaining({ level: 'info', sale: 'concert', reason: 'this instance stops' }),
    );
    expect(leads(other!)).toMatchObject({ sale: 'concert', status: 'open', epoch: (leads(leader!)!['epoch'] as number) + 1 });
    expect((await operatorAt(quiet).close('later')).status).toBe(200);
    await until('it to be closed', async () => changesOf('later').length > 1);
    expect(changesOf('later')).toEqual([
      ['scheduled', 'open', 'admission', 'info'],
      ['open', 'closed', 'admission', 'info'],
    ]);
  });
});

describe('at the end', () => {
  const guesses = 40;
  it('wrong tokens and refusals are one line a minute and process, however many there were', async () => {
    for (let i = 0; i < guesses; i += 1) {
      const guess = `guess-${i}-of-a-token-0123456789`;
      unsaid.push(guess);
      const headers = from(guesser);
      if (i % 2 === 0) await browserOf(quiet).signIn(guess, headers);
      else await rawCall('GET', '/api/admin/sales', { base: quiet, token: guess, headers });
    }
    await Promise.all(services().map(stop));
    const failed = allOf('sign_ins_failed');
    expect(failed.every(({ level }) => level === 'warn')).toBe(true);
    expect(failed.reduce((sum, { count }) => sum + (count as number), 0)).toBe(guesses);
    expect(failed.map(({ by }) => Object.keys(by as object))).toEqual(failed.map(() => [guesser]));
    const refused = (kind: string): Record<string, number> => {
      const sum: Record<string, number> = {};
      for (const { by } of allOf('requests_refused', kind))
        for (const [code, n] of Object.entries(by as Record<string, number>)) sum[code] = (sum[code] ?? 0) + n;
      return sum;
    };
    expect(refused('gateway')).toMatchObject({ origin_not_allowed: 20 });
    expect(refused('queue')).toMatchObject({ invalid_token: 30, internal_error: 2 });
    expect(refused('admission')).toMatchObject({
      sale_not_found: expect.any(Number),
      role_required: 1,
      invalid_token: expect.any(Number),
      rate_limited: expect.any(Number),
    });
    expect(refused('admission')['sale_not_found']).toBeGreaterThanOrEqual(31);
    // One for each minute that began, and the last one.
    const minutes = 1 + Math.ceil((Date.now() - startedMs) / 60_000);
    for (const name of services()) expect(linesOf(name, 'requests_refused').length).toBeLessThanOrEqual(minutes);
  });

  it('each line is JSON with a level by name and an event; none holds a token, a secret, a code or a visitor’s address', () => {
    expect(unsaid.length).toBeGreaterThan(150);
    for (const name of services()) {
      const lines = linesOf(name);
      for (const line of lines)
        expect(line).toMatchObject({
          level: expect.stringMatching(/^(debug|info|warn|error|fatal)$/),
          time: expect.stringMatching(/^\d{4}-/),
          event: expect.stringMatching(/^[a-z_]+$/),
          service: name.split('-')[0],
          instance: expect.any(String),
          msg: expect.any(String),
        });
      for (const event of ['listening', 'stopping', 'stopped'])
        expect([name, event, linesOf(name, event).length]).toEqual([name, event, 1]);
      const text = textOf(name);
      expect([name, unsaid.filter((secret) => text.includes(secret))]).toEqual([name, []]);
    }
  });
});
