import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { createWebLog, identify } from '../log.mjs';
import { routeOf } from '../routes.mjs';

const secret = 'secret-of-the-page-0123456789';
const file = join(import.meta.dirname, '../log.mjs');

it('every line of the process is JSON with a level by name: of Next by console, of anything by stdout and stderr, of Node', async () => {
  const program = `const { takeOverOutput } = await import(${JSON.stringify(file)});
    const log = takeOverOutput({ level: 'info', secret: '${secret}' });
    console.log(' ready in %s', '3s');
    console.error(new Error('first\\nsecond'), 'Bearer abcdefgh');
    console.error('Failed to proxy http://gateway/api/sales?token=abc', 'why');
    console.debug('too low');
    process.stdout.write('plain\\n');
    process.stderr.write(Buffer.from('of ${secret} here\\u009b\\u2028.'));
    process.emitWarning('old');
    globalThis[Symbol.for('sunbeon page failed')](Object.assign(new Error('no page'), { digest: 'x' }), { method: 'GET', path: '/sales/a?token=b', headers: { 'x-request-id': 'q' } });
    log('info', 'request', { request_id: 'q', status: 200 }, 'answered');`;
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  expect(stderr).toBe('');
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const said = { service: 'web', event: 'web_said', time: expect.any(String), instance: expect.stringMatching(/^web-/) };
  expect(lines.sort((a, b) => Number(a['event'] === 'web_said') - Number(b['event'] === 'web_said'))).toEqual([
    expect.objectContaining({
      level: 'error',
      event: 'page_failed',
      request_id: 'q',
      method: 'GET',
      route: '/sales/:sale',
      err: { type: 'Error', message: 'no page', stack: expect.any(String) },
    }),
    expect.objectContaining({ event: 'request', request_id: 'q', status: 200 }),
    { ...said, level: 'info', msg: 'ready in 3s' },
    { ...said, level: 'error', msg: expect.stringMatching(/^Error: first\nsecond[^]*\[token\]$/) },
    { ...said, level: 'error', msg: 'Failed to proxy http://gateway/api/sales why' },
    { ...said, level: 'info', msg: 'plain' },
    { ...said, level: 'error', msg: 'of [secret] here\u009b\u2028.' },
    { ...said, level: 'warn', msg: 'Warning: old' },
  ]);
  expect(stdout).not.toMatch(/[\u007f-\u{10ffff}]/u);
});

it('a flood of lines costs a number of them a minute, and one that says how many are missing', () => {
  const lines: string[] = [];
  let nowMs = 0;
  const write = createWebLog(
    { level: 'info' },
    (line) => void lines.push(line),
    () => nowMs,
  );
  for (let i = 0; i < 1_000; i += 1) write('error', 'web_said', {}, 'x'.repeat(1e5));
  expect(lines).toHaveLength(300);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(5_000);
  nowMs = 60_000;
  write('error', 'web_said', {}, 'again');
  expect(lines.slice(300).map((line) => JSON.parse(line) as object)).toEqual([
    expect.objectContaining({ event: 'lines_suppressed', of: 'web_said', count: 700 }),
    expect.objectContaining({ msg: 'again' }),
  ]);
});

describe('a request', () => {
  it.each(['a'.repeat(65), 'a\nb', 'a, b', '"', ''])('with the id %j gets another one', (given) => {
    const headers = { 'x-request-id': given };
    expect(identify({ headers })).toMatch(/^[0-9a-f]{16}-[0-9a-z]+$/);
    expect(headers['x-request-id']).toBe(identify({ headers }));
  });
  it('keeps a right one', () => expect(identify({ headers: { 'x-request-id': 'from.a-proxy_1' } })).toBe('from.a-proxy_1'));

  it.each([
    ['/', '/'],
    ['/?x=1', '/'],
    ['/sales/concert', '/sales/:sale'],
    ['/sales/concert/?returnUrl=x', '/sales/:sale'],
    ['/operator/sales/a/orders/b', '/operator/sales/:sale/orders/:purchase'],
    ['/operator/sales/a/check-in', '/operator/sales/:sale/check-in'],
    ['/operator', '/operator'],
    ['/api/sales/a/queue', 'relayed'],
    ['/_next/static/x.js', 'file'],
    ['/etc/passwd', 'unmatched'],
    ['/sales/a/b/c', 'unmatched'],
  ])('is named by a pattern: %s is %s', (url, route) => expect(routeOf(url)).toBe(route));
});
