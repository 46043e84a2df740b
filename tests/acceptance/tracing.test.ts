import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { keys } from '@sunbeon/contracts';
import { apiAt, joinAs, openLive, operatorAt } from '../fixtures/client.ts';
import { rawCall } from '../fixtures/raw-call.ts';
import { startStack, until, type Stack } from '../fixtures/stack.mjs';

interface OtlpSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  attributes: { key: string; value: Record<string, unknown> }[];
  status: { code?: number };
}
interface Received extends OtlpSpan {
  service: string;
}

/** A trace as nested names: `service: span`. */
type Tree = { [name: string]: Tree };

let collector: Server;
const received: Received[] = [];
const ways = new Set<string>();
let stack: Stack;
const base = () => stack.gateways[0]!;
let saleId: string;

/** An OTLP receiver over HTTP, in JSON. */
const startCollector = async (): Promise<Server> => {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      ways.add(`${request.method} ${request.url} ${request.headers['content-type']}`);
      const body = JSON.parse(Buffer.concat(chunks).toString()) as {
        resourceSpans: {
          resource: { attributes: { key: string; value: { stringValue?: string } }[] };
          scopeSpans: { spans: OtlpSpan[] }[];
        }[];
      };
      for (const { resource, scopeSpans } of body.resourceSpans) {
        const service = resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue ?? '';
        received.push(...scopeSpans.flatMap(({ spans }) => spans.map((span) => ({ ...span, service }))));
      }
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
};

beforeAll(async () => {
  collector = await startCollector();
  const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
  stack = await startStack({
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '100',
      LOG_LEVEL: 'info',
    },
  });
  saleId = `traced_${Date.now().toString(36)}`;
  const sale = { saleId, title: 'Traced', stock: 100, admitPerSecond: 50, claimSeconds: 30 };
  expect((await operatorAt(base()).create(sale)).status).toBe(201);
});
afterAll(async () => {
  await stack.stop();
  collector.close();
});

let counter = 0;
/** A trace started by a browser: its id, and its header. */
const newTrace = () => {
  const traceId = (counter += 1).toString(16).padStart(32, 'a');
  return { traceId, headers: { traceparent: `00-${traceId}-00000000000000${String(counter).padStart(2, '0')}-01` } };
};
const treeOf = (traceId: string, parent: string): Tree =>
  Object.fromEntries(
    received
      .filter((span) => span.traceId === traceId && span.parentSpanId === parent)
      .map((span) => [`${span.service}: ${span.name}`, treeOf(traceId, span.spanId)]),
  );
/** Waits until the trace has that many spans; its tree below the browser's own span. */
const traceOf = async ({ traceId, headers }: ReturnType<typeof newTrace>, spans: number): Promise<Tree> => {
  await until(
    `${spans} spans; there are ${JSON.stringify(received.filter((span) => span.traceId === traceId).map(({ service, name }) => `${service}: ${name}`))}`,
    async () => received.filter((span) => span.traceId === traceId).length >= spans,
    5_000,
  );
  return treeOf(traceId, headers.traceparent.split('-')[2]!);
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
        await startTracing('test', process.env.OTEL_EXPORTER_OTLP_ENDPOINT);
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

describe('a trace that begins in a browser', () => {
  it('contains gateway, RPC, service and script, in one tree', async () => {
    const trace = newTrace();
    const { status } = await rawCall('POST', `/api/sales/${saleId}/queue`, { base: base(), headers: trace.headers });
    expect(status).toBe(201);
    expect(await traceOf(trace, 4)).toEqual({
      'gateway: POST /api/sales/:sale/queue': { 'gateway: rpc join': { 'queue: join': { 'queue: queue/join': {} } } },
    });
    const script = received.find(({ traceId, name }) => traceId === trace.traceId && name === 'queue/join')!;
    expect(script.attributes).toContainEqual({ key: 'db.system.name', value: { stringValue: 'redis' } });
    expect([...ways]).toEqual(['POST /v1/traces application/json']);
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

  it('begins at the gateway when the browser sent none; background work has no trace', async () => {
    const before = received.length;
    await apiAt(base()).sales();
    await until('the span', async () => received.slice(before).some(({ name }) => name === 'GET /api/sales'), 5_000);
    // Ticks, sweeps and the operators' pages go on all the time.
    expect(received.filter(({ parentSpanId, kind }) => !parentSpanId && kind !== 2)).toEqual([]);
    expect(received.filter(({ name }) => /admit$|expire|lead$|internal|metrics|readyz/.test(name))).toEqual([]);
  });
});
