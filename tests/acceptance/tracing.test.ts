import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { keys } from '@sunbeon/contracts';
import { apiAt, joinAs, openLive, operatorAt } from '../fixtures/client.ts';
import { createCallers, startReceiver, textsIn, type ReceivedSpan, type Tree } from '../fixtures/otlp.ts';
import { rawCall } from '../fixtures/raw-call.ts';
import { adminToken, startStack, until, type Stack } from '../fixtures/stack.mjs';

let receiver: Awaited<ReturnType<typeof startReceiver>>;
let received: ReceivedSpan[];
let stack: Stack;
const base = () => stack.gateways[0]!;
let saleId: string;

beforeAll(async () => {
  receiver = await startReceiver();
  received = receiver.spans;
  // The caller is a proxy that traces.
  stack = await startStack({ env: { ...receiver.env, TRUST_PROXY: 'loopback', TRUST_TRACEPARENT: 'on' } });
  saleId = `traced_${Date.now().toString(36)}`;
  const sale = { saleId, title: 'Traced', stock: 100, admitPerSecond: 50, claimSeconds: 30 };
  expect((await operatorAt(base()).create(sale)).status).toBe(201);
});
afterAll(async () => {
  await stack.stop();
  receiver.stop();
});

const newTrace = createCallers();
/** Waits until the trace has that many spans; its tree below the caller's own span. */
const traceOf = async ({ traceId, spanId }: ReturnType<typeof newTrace>, spans: number): Promise<Tree> => {
  await until(
    `${spans} spans; there are ${JSON.stringify(received.filter((span) => span.traceId === traceId).map(({ service, name }) => `${service}: ${name}`))}`,
    async () => received.filter((span) => span.traceId === traceId).length >= spans,
    5_000,
  );
  return receiver.treeOf(traceId, spanId);
};
const joined = async (): Promise<string> => (await joinAs(saleId, base())).token;
const admitted = async (): Promise<string> => {
  const visitor = await joinAs(saleId, base());
  await until('admitted', async () => (await visitor.place()).body.state === 'admitted');
  return visitor.token;
};

describe('without OTEL_EXPORTER_OTLP_ENDPOINT', () => {
  it('OpenTelemetry is not loaded, except the API package that prom-client imports', async () => {
    const loaded = async (env: Record<string, string>): Promise<number> => {
      const program = `import { createRequire } from 'node:module'; import { startTracing } from '@sunbeon/runtime';
        await startTracing('test', process.env);
        console.log(Object.keys(createRequire(import.meta.url).cache).filter((path) => /@fastify.otel|@opentelemetry.(?!api.)/.test(path)).length); process.exit(0);`;
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ['--conditions=development', '--import', 'tsx', '--input-type=module', '-e', program],
        { cwd: join(import.meta.dirname, '../../services/gateway'), env: { ...process.env, NODE_OPTIONS: '', ...env } },
      );
      return Number(stdout);
    };
    expect(await loaded({})).toBe(0);
    expect(await loaded({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' })).toBeGreaterThan(100);
  });
});

describe('a trace that begins in front of Sunbeon', () => {
  it('contains gateway, RPC, service and script, in one tree', async () => {
    const trace = newTrace();
    const { status } = await rawCall('POST', `/api/sales/${saleId}/queue`, { base: base(), headers: trace.headers });
    expect(status).toBe(201);
    expect(await traceOf(trace, 4)).toEqual({
      'gateway: POST /api/sales/:sale/queue': { 'gateway: rpc join': { 'queue: join': { 'queue: queue/join': {} } } },
    });
    const script = received.find(({ traceId, name }) => traceId === trace.traceId && name === 'queue/join')!;
    expect(script.attributes).toContainEqual({ key: 'db.system.name', value: { stringValue: 'redis' } });
    expect([...receiver.ways]).toEqual(['POST /v1/traces application/json']);
  });

  it('goes on through the stream to the frame that the relay sends', async () => {
    const token = await admitted();
    const live = await openLive(saleId, token, { base: base() });
    await live.waitFor('state');
    const claim = newTrace();
    await rawCall('POST', `/api/sales/${saleId}/queue/me/claim`, { base: base(), token, headers: claim.headers });
    const purchase = newTrace();
    const { status } = await rawCall('POST', `/api/sales/${saleId}/purchases`, {
      base: base(),
      token,
      headers: { ...purchase.headers, 'idempotency-key': 'one' },
      body: { quantity: 2 },
    });
    expect(status).toBe(201);
    await live.waitFor('purchased');
    live.close();
    expect(await traceOf(claim, 5)).toEqual({
      'gateway: POST /api/sales/:sale/queue/me/claim': {
        'gateway: rpc claim': { 'admission: claim': { 'admission: admission/claim': { 'gateway: relay claimed': {} } } },
      },
    });
    expect(await traceOf(purchase, 5)).toEqual({
      'gateway: POST /api/sales/:sale/purchases': {
        'gateway: rpc purchase': { 'purchase: purchase': { 'purchase: purchase/purchase': { 'gateway: relay purchased': {} } } },
      },
    });
  });

  it('is whole for each of many who share one RPC and one script call', async () => {
    const traces = Array.from({ length: 30 }, newTrace);
    await Promise.all(traces.map((trace) => rawCall('POST', `/api/sales/${saleId}/queue`, { base: base(), headers: trace.headers })));
    for (const trace of traces)
      expect(await traceOf(trace, 4)).toEqual({
        'gateway: POST /api/sales/:sale/queue': { 'gateway: rpc join': { 'queue: join': { 'queue: queue/join': {} } } },
      });
    const sizes = received
      .filter(({ traceId, name }) => name === 'queue/join' && traces.some((one) => one.traceId === traceId))
      .map(({ attributes }) => Number(attributes.find(({ key }) => key === 'db.operation.batch.size')!.value['intValue']));
    expect(Math.max(...sizes)).toBeGreaterThan(1);
  });

  it('contains proxied calls, too', async () => {
    const token = await admitted();
    const live = await openLive(saleId, token, { base: base() });
    await live.waitFor('state');
    const trace = newTrace();
    const { status } = await rawCall('POST', `/api/sales/${saleId}/holds`, {
      base: base(),
      token,
      headers: { ...trace.headers, 'idempotency-key': 'hold' },
      body: { quantity: 1 },
    });
    expect(status).toBe(201);
    await live.waitFor('held');
    live.close();
    const route = 'POST /api/sales/:sale/holds';
    expect(await traceOf(trace, 5)).toEqual({
      [`gateway: ${route}`]: {
        [`purchase: ${route}`]: { 'purchase: purchase/hold': { 'gateway: relay claimed': {}, 'gateway: relay held': {} } },
      },
    });
  });

  it('records a failure, and the log line has its id', async () => {
    const token = await joined();
    const redis = new Redis(stack.redisUrl);
    // A key of another type makes the script fail: class *our bug*.
    await redis.rename(keys.flow(saleId), `{${saleId}}:kept`);
    await redis.set(keys.flow(saleId), 'broken');
    const trace = newTrace();
    const { status, headers } = await rawCall('DELETE', `/api/sales/${saleId}/queue/me`, { base: base(), token, headers: trace.headers });
    await redis.rename(`{${saleId}}:kept`, keys.flow(saleId));
    redis.disconnect();
    expect(status).toBe(500);
    await traceOf(trace, 3);
    const failed = received
      .filter(({ traceId, status: code }) => traceId === trace.traceId && code.code === 2)
      .map(({ service, name }) => `${service}: ${name}`);
    expect(failed).toEqual(expect.arrayContaining(['queue: queue/leave', 'queue: DELETE /api/sales/:sale/queue/me']));
    const line = stack.processes
      .get('queue-0')!
      .log()
      .split('\n')
      .find((text) => text.includes('"level":"error"') && text.includes(trace.traceId));
    expect(line).toBeDefined();
    expect(JSON.parse(line!)).toMatchObject({
      event: 'request_failed',
      service: 'queue',
      trace_id: trace.traceId,
      request_id: headers.get('x-request-id'),
    });
  });

  it('has no part of an address but the pattern of its route, no header, and no text longer than 500 characters', async () => {
    const [code, secret, mail] = ['TRACED-CODE-7', 'traced-secret-0123456789', 'ada%40mail.example'];
    const query = `code=${code}&state=${secret}&q=${mail}`;
    const calls: [method: string, path: string, route: string, token?: string][] = [
      ['GET', `/api/login/callback?${query}`, '/api/login/callback'],
      ['GET', `/api/admin/sales/${saleId}/orders?q=${mail}`, '/api/admin/sales/:sale/orders', adminToken],
      ['DELETE', `/api/admin/sales/${saleId}/codes/${code}`, '/api/admin/sales/:sale/codes/:code', adminToken],
      ['GET', `/api/admin/sales/${saleId}?${query}`, '/api/admin/sales/:sale', secret],
      ['GET', `/${'long'.repeat(3_900)}?${query}`, 'unmatched'],
    ];
    for (const [method, path, route, token = secret] of calls) {
      const trace = newTrace();
      await rawCall(method, path, { base: base(), token, headers: { ...trace.headers, 'user-agent': secret, cookie: `login=${secret}` } });
      const spanOf = () =>
        received.find((span) => span.service === 'gateway' && span.traceId === trace.traceId && span.name === `${method} ${route}`);
      await until(`the span of ${route}`, async () => spanOf() !== undefined, 5_000);
      expect(spanOf()!.attributes).toContainEqual({ key: 'url.path', value: { stringValue: route } });
    }
    const texts = received.flatMap(textsIn);
    for (const part of ['?', code, secret, mail, 'ada@', 'longlong', adminToken])
      expect(texts.filter((text) => text.includes(part))).toEqual([]);
    expect(texts.filter(({ length }) => length > 500)).toEqual([]);
  });

  it('begins at the gateway when the caller sent none; background work has no trace', async () => {
    const before = received.length;
    await apiAt(base()).sales();
    await until('the span', async () => received.slice(before).some(({ name }) => name === 'GET /api/sales'), 5_000);
    // Ticks, sweeps and the operators' pages go on all the time.
    expect(received.filter(({ parentSpanId, kind }) => !parentSpanId && kind !== 2)).toEqual([]);
    expect(received.filter(({ name }) => /admit$|expire|lead$|internal|metrics|readyz/.test(name))).toEqual([]);
  });
});
