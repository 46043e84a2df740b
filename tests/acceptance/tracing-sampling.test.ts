import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { operatorAt } from '../fixtures/client.ts';
import { createCallers, startReceiver, type Tree } from '../fixtures/otlp.ts';
import { rawCall } from '../fixtures/raw-call.ts';
import { startStack, until, type Stack } from '../fixtures/stack.mjs';

/** The gateways: one keeps a quarter, one keeps what a proxy says, and the collector of one does not answer. */
const [quarter, proxied, cutOff] = [0, 1, 2] as const;
const pageSecret = 'page-secret-of-the-tests';
const callers = 240;
const saleId = `sampled_${Date.now().toString(36)}`;
const path = `/api/sales/${saleId}/queue`;

let receiver: Awaited<ReturnType<typeof startReceiver>>;
let silent: Awaited<ReturnType<typeof startReceiver>>;
let stack: Stack;
const newCaller = createCallers();
const strangers = Array.from({ length: callers }, newCaller);
const join = async (gateway: number, headers: Record<string, string>): Promise<string> => {
  const { status, body } = await rawCall<{ token: string }>('POST', path, { base: stack.gateways[gateway]!, headers });
  expect(status).toBe(201);
  return body.token;
};
/** Ends a process in order: its spans are sent, and its sums are in the log. */
const end = async (name: string): Promise<void> => {
  const { child } = stack.processes.get(name)!;
  child.kill('SIGTERM');
  await once(child, 'exit');
};
const linesOf = (name: string) =>
  stack.processes
    .get(name)!
    .log()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const tracesFrom = (first: number): string[] => [...new Set(receiver.spans.slice(first).map(({ traceId }) => traceId))];
const joinTree: Tree = {
  'gateway: POST /api/sales/:sale/queue': { 'gateway: rpc join': { 'queue: join': { 'queue: queue/join': {} } } },
};
const leaveTree: Tree = {
  'gateway: DELETE /api/sales/:sale/queue/me': { 'queue: DELETE /api/sales/:sale/queue/me': { 'queue: queue/leave': {} } },
};

beforeAll(async () => {
  [receiver, silent] = [await startReceiver(), await startReceiver()];
  silent.state.answers = false;
  const settingsOf: Record<string, Record<string, string>> = {
    [`gateway-${quarter}`]: { OTEL_TRACES_SAMPLER_ARG: '0.25' },
    [`gateway-${proxied}`]: { OTEL_TRACES_SAMPLER_ARG: '0', TRUST_PROXY: '10.0.0.0/8', TRUST_TRACEPARENT: 'on' },
    [`gateway-${cutOff}`]: {
      ...silent.env,
      OTEL_BSP_MAX_QUEUE_SIZE: '64',
      OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '32',
      OTEL_EXPORTER_OTLP_TIMEOUT: '2000',
    },
  };
  stack = await startStack({
    instances: { gateway: 3 },
    env: { ...receiver.env, REQUEST_LOG: 'on', PAGE_SECRET: pageSecret },
    envOf: (name) => settingsOf[name] ?? {},
  });
  const sale = { saleId, title: 'Sampled', stock: 100, admitPerSecond: 0.001 };
  expect((await operatorAt(stack.gateways[proxied]).create(sale)).status).toBe(201);
});
afterAll(async () => {
  await stack.stop();
  receiver.stop();
  silent.stop();
});

describe('a share of the traces', () => {
  it('is decided by the gateway, and whole; a stranger neither forces one nor writes into one', async () => {
    const before = receiver.spans.length;
    const tokens = await Promise.all(strangers.map(({ headers }) => join(quarter, headers)));
    // A proxied call: the service that it goes to would begin a trace of its own.
    const base = stack.gateways[quarter]!;
    await Promise.all(tokens.map((token, i) => rawCall('DELETE', `${path}/me`, { base, token, headers: strangers[i]!.headers })));
    const trees = () => tracesFrom(before).map((traceId) => JSON.stringify(receiver.treeOf(traceId)));
    const whole = [joinTree, leaveTree].map((tree) => JSON.stringify(tree));
    const areWhole = async () => trees().length > 0 && trees().every((tree) => whole.includes(tree));
    await until('whole traces', areWhole, 10_000).catch(() => {});
    // What it has not sent yet is sent now.
    await end(`gateway-${quarter}`);
    await until('the rest of them', areWhole, 10_000).catch(() => {});
    expect([...new Set(trees())].toSorted()).toEqual(whole.toSorted());
    // Five standard deviations on each side of a quarter.
    expect(Math.abs(trees().length - 0.25 * 2 * callers)).toBeLessThan(48);
    const foreign = new Map(strangers.map(({ traceId, spanId }) => [traceId, spanId]));
    expect(tracesFrom(before).filter((traceId) => foreign.has(traceId))).toEqual([]);
    for (const { links } of receiver.spans.slice(before).filter(({ parentSpanId }) => !parentSpanId))
      expect(links).toMatchObject([{ spanId: foreign.get(links![0]!.traceId) }]);
  });

  it('has its ids in the logs, and no other trace has', () => {
    const logged = linesOf(`gateway-${quarter}`).flatMap(({ event, trace_id: id }) => (event === 'request' && id ? [id as string] : []));
    const kept = receiver.spans
      .filter(({ service, kind, links }) => service === 'gateway' && kind === 2 && links?.length)
      .map(({ traceId }) => traceId);
    expect(kept.length).toBeGreaterThan(0);
    expect(logged.toSorted()).toEqual(kept.toSorted());
  });

  it('of 0 is none, but for traces of a trusted proxy in front of the gateway or of the page', async () => {
    const base = stack.gateways[proxied]!;
    const page = { 'x-sunbeon-page': pageSecret };
    const [stranger, ofPage, ofProxy, unkept] = [newCaller(), newCaller(), newCaller(), newCaller()];
    const before = receiver.spans.length;
    const call = (headers: Record<string, string>) => rawCall('POST', path, { base, headers });
    await call(stranger.headers);
    await call({ ...ofPage.headers, ...page, 'x-forwarded-for': '127.0.0.2' });
    await call({ ...ofPage.headers, 'x-forwarded-for': '10.1.2.3' });
    await call({ traceparent: unkept.headers.traceparent.replace(/01$/, '00'), ...page, 'x-forwarded-for': '10.1.2.3' });
    await call({ ...ofProxy.headers, ...page, 'x-forwarded-for': '10.1.2.3' });
    await until('the trace', async () => receiver.spans.length >= before + 4, 10_000);
    await end(`gateway-${proxied}`);
    expect(tracesFrom(before)).toEqual([ofProxy.traceId]);
    expect(receiver.treeOf(ofProxy.traceId, ofProxy.spanId)).toEqual(joinTree);
  });
});

describe('a collector that does not answer', () => {
  it('holds up no request, is in the log, and gets a bounded number of spans later', async () => {
    const startedMs = performance.now();
    for (let i = 0; i < 10; i += 1) await Promise.all(Array.from({ length: 30 }, () => join(cutOff, {})));
    // Ten time-outs take 20 s.
    expect(performance.now() - startedMs).toBeLessThan(15_000);
    const name = `gateway-${cutOff}`;
    await until('the loss in the log', async () => linesOf(name).some(({ event }) => event === 'collector_lost'), 10_000);
    silent.state.answers = true;
    await until(
      'the end of it',
      async () => {
        await join(cutOff, {});
        return linesOf(name).some(({ event }) => event === 'collector_restored');
      },
      10_000,
    );
    await end(name);
    const { by, count } = linesOf(name).find(({ event }) => event === 'spans_lost') as { by: Record<string, number>; count: number };
    // Two spans a join; 64 may wait and 32 be on their way.
    expect(count).toBeGreaterThanOrEqual(600 - 64 - 32);
    expect(by).toEqual({ queue_full: expect.any(Number), not_delivered: expect.any(Number) });
    expect(count).toBe(by['queue_full']! + by['not_delivered']!);
  });
});
