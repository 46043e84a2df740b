import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createSale, gateways, joinAs, openLive, saleOf } from '../fixtures/client.ts';
import { until } from '../fixtures/sale.ts';
import { startStack, type Stack } from '../fixtures/stack.mjs';
import { ask, startSentinel, type SentinelTopology } from '../fixtures/topologies.mjs';

let redis: SentinelTopology;
let stack: Stack;
beforeAll(async () => {
  redis = await startSentinel();
  stack = await startStack({ redisUrl: redis.url, instances: { queue: 2, admission: 2, purchase: 2, gateway: 2 } });
  process.env['TEST_GATEWAYS'] = stack.gateways.join(',');
}, 120_000);
afterAll(async () => {
  await stack?.stop();
  await redis?.stop();
}, 60_000);

describe('on Sentinel', () => {
  it('a fail-over that lost the newest events is noticed: everybody hears what is true now', async () => {
    const saleId = await createSale({ stock: 1_000, admitPerSecond: 1_000, claimSeconds: 3_600 });
    const crowd = await Promise.all(Array.from({ length: 60 }, () => joinAs(saleId)));
    await until('all inside', async () => (await saleOf(saleId)).active === 60);
    const base = gateways()[0]!;
    const [first, last] = [crowd[0]!, crowd[20]!];
    const live = await openLive(saleId, first.token, { base });
    const witness = await openLive(saleId, last.token, { base });
    await Promise.all([live.waitFor('state'), witness.waitFor('state')]);

    // The replicas hear nothing any more; 20 claims are acknowledged, told, and lost.
    const master = await redis.masterOf(saleId);
    const replicas = [...redis.nodes.values()].filter(({ name }) => name.startsWith('redis-') && name !== master.name);
    for (const { child } of replicas) child.kill('SIGSTOP');
    await ask(master.port, ['CLIENT', 'KILL', 'TYPE', 'replica']);
    for (const visitor of crowd.slice(1, 21)) expect((await visitor.claim()).status).toBe(200);
    await witness.waitFor('claimed');
    await redis.kill(master.name);
    for (const { child } of replicas) child.kill('SIGCONT');

    for (const visitor of [first, ...crowd.slice(21)]) await until('the claim', async () => (await visitor.claim().catch(() => null))?.status === 200, 20_000);
    const told = await Promise.race([
      live.waitFor('claimed', undefined, 5_000), live.waitFor('state', ({ visitor }) => visitor.claimed === true, 5_000), live.waitForClose(5_000),
    ]);
    // A service behind the gateway may not be back yet: then the browser is asked to come again.
    if ('code' in told) expect([1012, 1013]).toContain(told.code);
    await redis.restart(master.name);
    await redis.settled();
    live.close();
    witness.close();
  });
});
