import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startProxy, type FaultProxy } from '../chaos/proxy.ts';
import { startBalancer, type Balancer } from '../fixtures/balancer.ts';
import { operatorAt, valueOf, visitorOf } from '../fixtures/client.ts';
import { until } from '../fixtures/sale.ts';
import { freePort, startRedis, startStack, type RunningProcess, type Stack } from '../fixtures/stack.mjs';

const folder = mkdtempSync(join(tmpdir(), 'sunbeon-one-address-'));
let redis: RunningProcess;
let way: FaultProxy;
let balancer: Balancer;
let stack: Stack;
let first: number;
let second: number;
beforeAll(async () => {
  const port = await freePort();
  [first, second] = [await freePort(), await freePort()];
  [redis, way, balancer] = [await startRedis(folder, port), await startProxy(port), await startBalancer()];
  balancer.use([first]);
  const envOf = (name: string): Record<string, string> => {
    if (name === 'queue-0') return { PORT: String(first), REDIS_URL: `redis://127.0.0.1:${way.port}` };
    if (name === 'queue-1') return { PORT: String(second) };
    return name.startsWith('gateway') ? { QUEUE_URL: balancer.url } : {};
  };
  stack = await startStack({ redisUrl: `redis://127.0.0.1:${port}`, instances: { queue: 2 }, envOf });
}, 60_000);
afterAll(async () => {
  await stack?.stop();
  balancer?.stop();
  await way?.stop();
  redis?.child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

it('a gateway leaves the instance that lost Redis for another one behind the same address', async () => {
  const base = stack.gateways[0]!;
  await valueOf('create', operatorAt(base).create({ saleId: 'one', title: 'T', stock: 10 }));
  const joins = async (): Promise<boolean> => (await visitorOf('one', undefined, base).join()).status === 201;
  expect([await joins(), balancer.given(second)]).toEqual([true, 0]);
  const isReady = async (name: string): Promise<boolean> => (await fetch(`${stack.ops(name)}/readyz`)).ok;
  way.set('refuse');
  await until('the instance to be not ready', async () => !(await isReady('queue-0')));
  const { status, headers } = await fetch(`http://127.0.0.1:${first}/internal/ready`);
  // So that the next connection is a new one, which the balancer gives to another instance.
  expect([status, headers.get('connection')]).toEqual([503, 'close']);
  expect((await fetch(`http://127.0.0.1:${second}/internal/ready`)).headers.get('connection')).toBe('keep-alive');
  balancer.use([second]);
  await until('joins to go on', joins, 3_000);
  await until('the gateway to be ready', () => isReady('gateway-0'), 3_000);
  expect(await Promise.all(Array.from({ length: 20 }, joins))).toEqual(Array(20).fill(true));
});
