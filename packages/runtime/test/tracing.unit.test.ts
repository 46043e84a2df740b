import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { startReceiver, textsIn, type ReceivedSpan } from '../../../tests/fixtures/otlp.ts';
import { until } from '../../../tests/fixtures/stack.mjs';
import { createHttp } from '../src/http.ts';
import { createLog } from '../src/log/log.ts';
import { createMetrics } from '../src/metrics.ts';
import { CodedError } from '../src/problems.ts';
import { startTracing, tracing } from '../src/trace.ts';

const code = 'SECRET-CODE';
const token = 'SECRET-TOKEN';
const mail = 'ada@mail.example';
const route = '/codes/:code';
const long = 'long'.repeat(2_000);

let receiver: Awaited<ReturnType<typeof startReceiver>>;
let app: FastifyInstance;
beforeAll(async () => {
  receiver = await startReceiver();
  Object.assign(process.env, receiver.env);
  await startTracing('test', receiver.env);
  app = createHttp(createLog('test', 'test', { LOG_LEVEL: 'silent' }), createMetrics('queue'));
  app.delete(route, async () => ({}));
  app.get('/faults/:code', async ({ params, url }) => {
    throw new Error(`no ${(params as { code: string }).code} at ${url}`);
  });
  app.get('/refused/:code', async ({ url }) => {
    throw new CodedError('invalid_request', `not at ${url}`);
  });
  app.post('/bodies', async () => ({}));
  app.get('/scripts/:code', async ({ params }) => {
    const said = new Error(`ERR unknown command, with args beginning with: ${(params as { code: string }).code} ${token}`);
    await tracing()!.span('rpc call', { kind: 'client' }, () => tracing()!.script('queue/join', () => Promise.reject(said)));
  });
  app.get('/long', async () => tracing()!.script(long, () => Promise.resolve({})));
  await app.ready();
});
afterAll(async () => {
  await app.close();
  await tracing()!.stop();
  receiver.stop();
});

const sent = async (names: string[]): Promise<ReceivedSpan[]> => {
  await until(names.join(', '), async () => names.every((name) => receiver.spans.some((span) => span.name === name)), 5_000);
  return receiver.spans;
};
describe('the spans of requests', () => {
  it('have the pattern of the route, and nothing of the address, the headers, the body or an error', async () => {
    const headers = { authorization: `Bearer ${token}`, cookie: `login=${token}`, 'user-agent': token, 'x-request-id': token };
    for (const path of [`/faults/${code}`, `/refused/${code}`, `/scripts/${code}`, `/nowhere/${code}`, `/${'x'.repeat(16_000)}`, '/%zz'])
      await app.inject({ method: 'GET', url: `${path}?code=${code}&state=${token}&q=${mail}`, headers });
    await app.inject({ method: 'DELETE', url: `/codes/${code}?q=${mail}`, headers });
    await app.inject({ method: 'POST', url: '/bodies', headers: { ...headers, 'content-type': 'application/json' }, body: `{"${code}` });

    const spans = await sent([
      'GET /faults/:code',
      'GET /refused/:code',
      'GET /scripts/:code',
      'rpc call',
      'queue/join',
      'GET unmatched',
      `DELETE ${route}`,
      'POST /bodies',
    ]);
    const texts = spans.flatMap(textsIn);
    for (const secret of ['?', code, token, mail, 'xxx', '%zz']) expect(texts.filter((text) => text.includes(secret))).toEqual([]);
    expect(Math.max(...texts.map(({ length }) => length))).toBeLessThanOrEqual(500);
    expect(spans.flatMap(({ events }) => events ?? [])).toEqual([]);
    const pathOf = (name: string) =>
      spans.find((span) => span.name === name)!.attributes.find(({ key }) => key === 'url.path')!.value['stringValue'];
    expect([`DELETE ${route}`, 'GET unmatched'].map(pathOf)).toEqual([route, 'unmatched']);
  });

  it('name a failure by the code of its problem', async () => {
    const spans = await sent(['GET /faults/:code', 'GET /refused/:code', 'queue/join']);
    const statusOf = (name: string) => spans.find((span) => span.name === name)!.status;
    expect(statusOf('GET /faults/:code')).toEqual({ code: 2, message: 'internal_error' });
    expect(statusOf('GET /refused/:code')).toEqual({ code: 2, message: 'invalid_request' });
    for (const name of ['queue/join', 'rpc call', 'GET /scripts/:code'])
      expect(statusOf(name)).toEqual({ code: 2, message: 'internal_error' });
  });
});

it('an attribute of a span has at most 500 characters, whoever sets it', async () => {
  await app.inject({ method: 'GET', url: '/long' });
  await sent(['GET /long']);
  const lengths = receiver.spans
    .filter(({ name }) => name === long)
    .flatMap(({ attributes }) => attributes.flatMap(textsIn).map(({ length }) => length));
  expect(Math.max(...lengths)).toBe(500);
});
