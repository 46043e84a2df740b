import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  CodedError,
  createHttp,
  createLog,
  createMetrics,
  eventSpec,
  logEvents,
  logLimits,
  logsMarkdown,
  requestIdOf,
  secretsIn,
  type Log,
} from '../src/index.ts';

const root = join(import.meta.dirname, '../../..');
const settings = {
  LOG_LEVEL: 'info',
  TOKEN_SECRET: 'first-secret-of-the-tests-0123456789,second-"secret"-of-the-tests-0123',
  OPERATORS: 'olga:operator:token-of-olga-0123456789abc',
  SHOP_KEYS: 'shop:key-of-the-shop-0123456789abcdef',
  REDIS_URL: 'redis://queue:pass%2Fword-of-redis@redis:6379',
};
const secrets = [
  'first-secret-of-the-tests-0123456789',
  'second-"secret"-of-the-tests-0123',
  'token-of-olga-0123456789abc',
  'key-of-the-shop-0123456789abcdef',
  'pass/word-of-redis',
];

let written: string[];
let log: Log;
const linesOf = (event?: string) =>
  written.map((line) => JSON.parse(line) as Record<string, unknown>).filter((line) => event === undefined || line['event'] === event);
const newLog = (more: object = {}): Log =>
  createLog('queue', 'queue-1', { ...settings, ...more }, secretsIn(settings), { write: (line) => void written.push(line) });
beforeEach(() => {
  written = [];
  log = newLog();
});

describe('a line', () => {
  it('names its level, event, service, instance and time', () => {
    log.write('leader_acquired', { sale: 'a', epoch: 3, status: 'open' });
    log.write('redis_lost', { reason: 'x' });
    expect(linesOf()).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        service: 'queue',
        instance: 'queue-1',
        event: 'leader_acquired',
        sale: 'a',
        epoch: 3,
        status: 'open',
        msg: 'acquired the leadership of the sale',
      },
      expect.objectContaining({ level: 'warn', event: 'redis_lost' }),
    ]);
    expect(written.every((line) => line.endsWith('}\n'))).toBe(true);
  });

  it('holds no secret of the settings and no token, whoever wrote it', () => {
    const token = `eyJhbGciOiJIUzI1NiJ9.${'a'.repeat(30)}.${'b'.repeat(40)}`;
    for (const text of [...secrets, token, 'Bearer some-token-0123456789']) {
      log.write('redis_lost', { reason: `before ${text} after` });
      log.write('crashed', { err: new Error(text) });
      log.framework.warn({ err: new Error(text) }, text);
    }
    expect(linesOf()).toHaveLength(3 * (secrets.length + 2));
    const all = linesOf().map((line) =>
      JSON.stringify(Object.values(line).map((value) => (typeof value === 'string' ? value : JSON.stringify(value)))),
    );
    for (const text of [...secrets.map((secret) => secret.replaceAll('"', '')), 'eyJ', 'some-token'])
      expect([text, all.filter((line) => line.replaceAll(/[\\"]/g, '').includes(text))]).toEqual([text, []]);
    expect(linesOf('redis_lost')[0]!['reason']).toBe('before [secret] after');
  });

  it('is one line of plain characters, of a bounded length, whatever a stranger put in', () => {
    const nasty = 'a\r\n{"level":"fatal","msg":"forged"}\u001b[31m\u009b1A\u2028\u202e\u0000';
    log.write('redis_lost', { reason: nasty });
    log.write('redis_lost', { reason: 'x'.repeat(1e6) });
    log.write('rehearsal_failed', { err: Object.assign(new Error('y'.repeat(1e6)), { stack: 'z'.repeat(1e6) }) });
    expect(linesOf()).toHaveLength(3);
    expect(linesOf()[0]!['reason']).toBe(nasty);
    for (const line of written) {
      expect(line.length).toBeLessThan(6_000);
      expect(line.slice(0, -1)).toMatch(/^[\u0020-\u007e]+$/);
    }
  });

  it('shows of an error its type, message, code, stack and causes, and no arguments', () => {
    const cause = Object.assign(new TypeError('inner'), { code: 'ECONNRESET', command: { args: ['visitor-7'] } });
    log.write('draw_failed', { sale: 'a', epoch: 1, err: Object.assign(new Error('outer', { cause }), { input: 'visitor-7' }) });
    expect(linesOf()[0]!['err']).toEqual({
      type: 'Error',
      message: 'outer',
      stack: expect.stringContaining('log.unit.test.ts'),
      cause: { type: 'TypeError', message: 'inner', code: 'ECONNRESET' },
    });
    expect(written.join()).not.toContain('visitor-7');
  });

  it('is left out below LOG_LEVEL', () => {
    log = newLog({ LOG_LEVEL: 'error' });
    log.write('redis_lost');
    log.write('keys_agreed');
    log.write('keys_missing', { reason: 'x' });
    expect(linesOf().map(({ event }) => event)).toEqual(['keys_missing']);
  });
});

describe('what a flood costs', () => {
  it('a number of lines a minute for each event, and one that says how many are missing', () => {
    for (let i = 0; i < logLimits.linesPerMinute + 50; i += 1) log.write('redis_lost');
    log.write('redis_restored');
    expect([linesOf('redis_lost').length, linesOf('redis_restored').length]).toEqual([logLimits.linesPerMinute, 1]);
    log.flush();
    expect(linesOf('lines_suppressed')).toEqual([expect.objectContaining({ of: 'redis_lost', count: 50, level: 'warn' })]);
    log.write('redis_lost');
    expect(linesOf('redis_lost')).toHaveLength(logLimits.linesPerMinute + 1);
  });

  it('lines of the framework are bounded too', () => {
    for (let i = 0; i < 1_000; i += 1) log.framework.info({ req: { url: '/secret-path' } }, 'stream closed prematurely');
    log.flush();
    expect(linesOf('http_server_said')).toHaveLength(60);
    expect(linesOf('lines_suppressed')).toEqual([expect.objectContaining({ of: 'http_server_said', count: 940 })]);
    expect(written.join()).not.toContain('secret-path');
  });

  it('refusals and wrong tokens: one line a minute, with the most frequent keys', () => {
    for (let i = 0; i < 5_000; i += 1) log.count('requests_refused', i % 2 === 0 ? 'invalid_token' : 'sale_not_found');
    log.count('requests_refused', 'unavailable', 7);
    for (let i = 0; i < 3_000; i += 1) log.count('sign_ins_failed', `2001:db8::${i.toString(16)}`);
    log.count('sign_ins_failed', '2001:db8::7', 40);
    // The memory for keys is bounded, too.
    log.count('sign_ins_failed', 'late', 50);
    expect(written).toEqual([]);
    log.flush();
    expect(linesOf('requests_refused')).toEqual([
      expect.objectContaining({ count: 5_007, by: { invalid_token: 2_500, sale_not_found: 2_500, unavailable: 7 } }),
    ]);
    const [failed, ...more] = linesOf('sign_ins_failed') as { count: number; by: Record<string, number> }[];
    expect(more).toEqual([]);
    expect(failed!.count).toBe(3_090);
    expect(failed!.by).not.toHaveProperty('late');
    expect(Object.entries(failed!.by)[0]).toEqual(['2001:db8::7', 41]);
    expect(Object.keys(failed!.by)).toHaveLength(logLimits.sumKeysNamed + 1);
    expect(Object.values(failed!.by).reduce((sum, n) => sum + n, 0)).toBe(3_090);
    log.flush();
    expect(written).toHaveLength(2);
  });
});

describe('the id of a request', () => {
  const made = /^[0-9a-f]{16}-[0-9a-z]+$/;
  it.each([
    ['one of a proxy', '5f0c9a3e-7d21-4846-b1d2-0c9a3e7d2148', true],
    ['64 characters', 'a'.repeat(64), true],
    ['65 characters', 'a'.repeat(65), false],
    ['16,000 characters', 'a'.repeat(16_000), false],
    ['none', undefined, false],
    ['empty', '', false],
    ['a line break', 'a\nb', false],
    ['two of them', 'a, b', false],
    ['a colour', '\u001b[31m', false],
    ['JSON', '"},{"a":"', false],
    ['other letters', 'ä비', false],
  ])('%s', (_, given, isTaken) => {
    const id = requestIdOf({ headers: given === undefined ? {} : { 'x-request-id': given } });
    if (isTaken) expect(id).toBe(given);
    else expect(id).toMatch(made);
  });

  const app = () => {
    const served = createHttp(log, createMetrics('queue'));
    served.get('/broken/:sale', async () => {
      throw new Error('a bug');
    });
    served.get('/refused', async () => {
      throw new CodedError('sold_out');
    });
    return served;
  };
  let served: ReturnType<typeof app> | undefined;
  afterEach(() => served?.close());

  it('is in the line of a failure and in every problem', async () => {
    const server = (served = app());
    const headers = { 'x-request-id': 'from-the-gateway.1' };
    const answers = await Promise.all(['/broken/a', '/refused', '/nowhere', '/%zz'].map((url) => server.inject({ url, headers })));
    expect(answers.map((answer) => [answer.statusCode, answer.headers['x-request-id']])).toEqual([
      [500, 'from-the-gateway.1'],
      [409, 'from-the-gateway.1'],
      [404, 'from-the-gateway.1'],
      [400, 'from-the-gateway.1'],
    ]);
    expect(linesOf('request_failed')).toEqual([
      expect.objectContaining({ request_id: 'from-the-gateway.1', level: 'error', err: expect.objectContaining({ message: 'a bug' }) }),
    ]);
    log.flush();
    expect(linesOf('requests_refused')).toEqual([
      expect.objectContaining({ by: { internal_error: 1, sold_out: 1, route_not_found: 1, invalid_request: 1 } }),
    ]);
  });

  it('stands in a line for each request, while those are switched on, with the route and no address', async () => {
    served = app();
    await served.inject({ url: '/refused' });
    expect(linesOf('request')).toEqual([]);
    await served.close();
    log = newLog({ REQUEST_LOG: 'on' });
    served = app();
    const headers = { 'x-request-id': 'q' };
    for (const url of ['/broken/a?token=x', '/broken/A!', '/nowhere/visitor-7']) await served.inject({ url, headers });
    const line = { request_id: 'q', method: 'GET', ms: expect.any(Number) };
    expect(linesOf('request')).toEqual([
      expect.objectContaining({ ...line, route: '/broken/:sale', status: 500, sale: 'a' }),
      expect.objectContaining({ ...line, route: '/broken/:sale', status: 500 }),
      expect.objectContaining({ ...line, route: 'unmatched', status: 404 }),
    ]);
    expect(linesOf('request').map((found) => ['address' in found, 'sale' in found])).toEqual([
      [false, true],
      [false, false],
      [false, false],
    ]);
    expect(written.join()).not.toMatch(/visitor-7|token=x|127\.0\.0\.1/);
    await served.close();
    log = newLog({ REQUEST_LOG: 'on', LOG_ADDRESSES: 'on' });
    served = app();
    await served.inject({ url: '/refused', remoteAddress: '203.0.113.7' });
    expect(linesOf('request').at(-1)).toMatchObject({ address: '203.0.113.7' });
  });
});

describe('the catalogue', () => {
  it('is docs/LOGS.md', () => expect(readFileSync(join(root, 'docs/LOGS.md'), 'utf8')).toBe(logsMarkdown()));

  it('each event is written by a service that it names, and every line of a service is an event of it', () => {
    const textOf = (folder: string): string =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts') && !/log\/(events|log-docs)\.ts$/.test(name))
        .map((name) => readFileSync(join(root, folder, name), 'utf8'))
        .join('\n');
    const texts: Record<string, string> = {
      'every service': textOf('packages/runtime/src'),
      web: ['log.mjs', 'start.mjs'].map((name) => readFileSync(join(root, 'web', name), 'utf8')).join('\n'),
      ...Object.fromEntries(['gateway', 'queue', 'admission', 'purchase'].map((name) => [name, textOf(`services/${name}/src`)])),
    };
    const everywhere = texts['every service']!;
    const unwritten = (Object.keys(logEvents) as (keyof typeof logEvents)[]).filter(
      (event) =>
        ![
          ...eventSpec(event)
            .by.split(', ')
            .map((name) => texts[name] ?? ''),
          everywhere,
        ].some((text) => text.includes(`'${event}'`)),
    );
    expect(unwritten).toEqual([]);
    const services = Object.entries(texts).filter(([name]) => name !== 'web');
    for (const [name, text] of services)
      expect([name, text.match(/\blog\.(info|warn|error|debug|fatal)\(|\bconsole\.(log|info|warn|error)/g)]).toEqual([name, null]);
  });
});
