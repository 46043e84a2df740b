import { connect, type AddressInfo, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { expect, it } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { createHttp } from '../src/http.ts';
import { createLog } from '../src/log/log.ts';
import { createMetrics } from '../src/metrics.ts';
import { CodedError, problemAnswer } from '../src/problems.ts';

/** All that is answered to bytes. */
const rawAnswer = async (app: FastifyInstance, bytes: string, more?: (socket: Socket) => Promise<void>): Promise<string> => {
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1').setEncoding('utf8');
  socket.write(bytes);
  let text = '';
  socket.on('data', (part) => (text += String(part))).on('error', () => {});
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await more?.(socket);
  await closed;
  return text;
};
const httpOf = () => createHttp(createLog('test', 'test', { LOG_LEVEL: 'silent' }), createMetrics('queue'));

it.each([
  ['a text', '{"a":{"b/c":["x","y\\ud83c"]}}', '/a/b~1c/1'],
  ['the other half', '{"a":"\\uDF89 \\ud83c"}', '/a'],
  ['a name', '{"a":{"\\ud83c":1}}', '/a'],
  ['the whole body', '"\\ud83c"', ''],
])('a body of an operator with half of a character is refused: %s', async (_, payload, path) => {
  const app = httpOf();
  app.post('/api/admin/json', async ({ body }) => ({ body }));
  const answer = await app.inject({ method: 'POST', url: '/api/admin/json', headers: { 'content-type': 'application/json' }, payload });
  expect([answer.statusCode, answer.json<unknown>()]).toMatchObject([400, { code: 'invalid_request', errors: [{ path }] }]);
});

it.each([
  ['escaped and not', '{"a":"\\ud83c\\udf89🎉"}'],
  ['behind a backslash', '{"a":"\\\\ud83c"}'],
  ['deep inside', `{"a":"\\ud83c\\udf89","b":${'['.repeat(3_000)}${']'.repeat(3_000)}}`],
])('a body with whole characters is taken: %s', async (_, payload) => {
  const app = httpOf();
  app.post('/json', async ({ body }) => (body as { a: string }).a);
  const answer = await app.inject({ method: 'POST', url: '/json', headers: { 'content-type': 'application/json' }, payload });
  expect([answer.statusCode, answer.body]).toEqual([200, (JSON.parse(payload) as { a: string }).a]);
});

it.each([
  ['a length of 0', 'Content-Length: 0\r\n'],
  ['no length', ''],
])('zero bytes count as no body, whatever the type: %s', async (_, length) => {
  const app = httpOf();
  app.post('/any', async ({ body }) => ({ body: body ?? null }));
  await app.listen({ port: 0, host: '127.0.0.1' });
  const head = 'POST /any HTTP/1.1\r\nHost: a\r\nConnection: close\r\n';
  for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'application/json', 'x'])
    expect([type, await rawAnswer(app, `${head}Content-Type: ${type}\r\n${length}\r\n`)]).toEqual([
      type,
      expect.stringMatching(/ 200 OK[^]*null/),
    ]);
  expect(await rawAnswer(app, `${head}Content-Type: text/plain\r\nContent-Length: 1\r\n\r\nx`)).toMatch(/ 415 /);
  await app.close();
});

it('bytes that are no HTTP are refused in words, and never in the middle of an answer', async () => {
  const app = httpOf();
  let begun = () => {};
  const isBegun = new Promise<void>((resolve) => (begun = resolve));
  app.get('/long', async (_, reply) => {
    const body = new Readable({ read: () => {} });
    body.push('first');
    reply.raw.once('close', () => body.destroy());
    setTimeout(begun, 100);
    return reply.send(body);
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  expect(await rawAnswer(app, 'no HTTP\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [^]*"invalid_request"/);
  const answer = await rawAnswer(app, 'GET /long HTTP/1.1\r\nHost: a\r\n\r\n', async (socket) => {
    await isBegun;
    socket.write('no HTTP\r\n\r\n');
  });
  expect(answer).toMatch(/^HTTP\/1\.1 200 [^]*\r\n\r\n5\r\nfirst\r\n$/);
  await app.close();
});

it.each([
  ['invalid_token', 401, 'Bearer'],
  ['invalid_member', 401, 'Bearer'],
  ['role_required', 403, undefined],
] as const)('%s is %d, and names the scheme %s', async (code, status, scheme) => {
  const app = httpOf();
  app.get('/', async () => {
    throw new CodedError(code);
  });
  const { statusCode, headers } = await app.inject('/');
  expect([statusCode, headers['www-authenticate']]).toEqual([status, scheme]);
  expect(problemAnswer(new CodedError(code))).toMatchObject({
    status,
    headers: scheme === undefined ? {} : { 'www-authenticate': scheme },
  });
});

it('an ops port times nothing: its probes and scrapes are no requests of the service', async () => {
  const metrics = createMetrics('queue');
  const log = createLog('test', 'test', { LOG_LEVEL: 'silent' });
  const ops = createHttp(log, null);
  ops.get('/readyz', async (_, reply) => reply.code(503).send());
  for (const url of ['/readyz', '/nowhere']) await ops.inject(url);
  expect(await metrics.registry.metrics()).not.toMatch(/^sunbeon_http_request_duration_seconds_/m);
});

it('every request is timed once, at its route, in any order of registration', async () => {
  const metrics = createMetrics('queue');
  const app = createHttp(createLog('test', 'test', { LOG_LEVEL: 'silent' }), metrics);
  app.get('/plain', async () => 'x');
  await app.register(async (inner) => {
    inner.get('/inner/:id', { onResponse: (_request, _reply, done) => done() }, async () => 'y');
    inner.options('*', async () => '');
  });
  for (const [method, url] of [
    ['GET', '/plain'],
    ['HEAD', '/plain'],
    ['GET', '/inner/1'],
    ['GET', '/inner/2'],
    ['OPTIONS', '/any'],
    ['POST', '/plain'],
    ['GET', '/nowhere'],
  ] as const)
    await app.inject({ method, url });
  const counts = [
    ...(await metrics.registry.metrics()).matchAll(
      /^sunbeon_http_request_duration_seconds_count\{.*route="(.+?)",method="(\w+)",status="(\dxx)"\} (\d+)$/gm,
    ),
  ];
  expect(counts.map(([, ...figures]) => figures.join(' ')).sort()).toEqual([
    '* OPTIONS 2xx 1',
    '/inner/:id GET 2xx 2',
    '/plain GET 2xx 1',
    '/plain HEAD 2xx 1',
    'unmatched GET 4xx 1',
    'unmatched POST 4xx 1',
  ]);
});
