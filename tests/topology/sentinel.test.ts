import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { commandConnection, isMaster, readerConnection } from '@sunbeon/runtime';
import { isLong } from '../fixtures/long.ts';
import { until } from '../fixtures/sale.ts';
import { startStack, type Stack } from '../fixtures/stack.mjs';
import { startSentinel, type SentinelTopology } from '../fixtures/topologies.mjs';
import { underFault } from './fault.ts';
import { walkThrough } from './journey.ts';

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
  it('a visitor goes from the line to the ticket, and the sale sells out', async () => {
    await walkThrough();
  });

  it('a killed master is followed by another one, and comes back as a replica; no client is left behind', async () => {
    let killed = '';
    const clients = Array.from({ length: 40 }, (_, i) =>
      (i % 2 === 0 ? commandConnection : readerConnection)(redis.url).on('error', () => {}),
    );
    await Promise.all(clients.map((client) => client.connect()));
    await underFault(redis, stack, 'sentinel kill', {
      limitSeconds: 15,
      strike: async (saleId) => {
        killed = (await redis.masterOf(saleId)).name;
        await redis.kill(killed);
      },
      mend: () => redis.restart(killed),
    });
    await until('every client speaks to a master', async () =>
      (await Promise.all(clients.map((client) => isMaster(client).catch(() => false)))).every(Boolean),
    );
    for (const client of clients) client.disconnect();
  });

  if (!isLong) return;

  it('a planned fail-over by the script loses nothing, also when a step takes 12 s', async () => {
    const { lost, joinsLost } = await underFault(redis, stack, 'sentinel planned', {
      limitSeconds: 30,
      strike: () => redis.failOverSafely(12_000),
    });
    expect({ lost, joinsLost }).toEqual({ lost: [], joinsLost: [] });
  });

  it('a master that freezes for 6 s is replaced, and its later replies do not count', async () => {
    let thawed: Promise<unknown>;
    await underFault(redis, stack, 'sentinel freeze', {
      limitSeconds: 15,
      strike: async (saleId) => {
        thawed = redis.freezeFor((await redis.masterOf(saleId)).name, 6_000);
      },
      mend: () => thawed,
    });
  });
});
