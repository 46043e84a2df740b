import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { keys } from '@sunbeon/contracts';
import { advanceOffset, commandConnection, Durability, durableOn, readConfig, type RedisClient } from '@sunbeon/runtime';
import { join } from '../../../services/queue/src/scripts/join.ts';
import { startReplicated, type Replicated } from '../../../tests/fixtures/replicated.ts';
import { answerOf, dumpSale, newSale } from '../../../tests/fixtures/sale.ts';

let servers: Replicated;
beforeAll(async () => {
  servers = await startReplicated();
});
afterAll(() => servers.stop());

let saleId: string;
const open: RedisClient[] = [];
beforeEach(async () => {
  saleId = await newSale(servers.master);
  await servers.inStep();
});
afterEach(() => {
  servers.link('none');
  for (const redis of open.splice(0)) redis.disconnect();
});

/** Calls that wait for one replica, on a connection of their own. */
const durable = async () => {
  const redis = commandConnection(servers.url);
  redis.on('error', () => {});
  await redis.connect();
  open.push(redis);
  const groups: boolean[] = [];
  const calls = durableOn(redis, 1, (_, isDurable) => groups.push(isDurable));
  return { redis, groups, join: (visitorId: string) => calls.run(join, saleId, [{ visitorId, generation: 0 }]), run: calls.run };
};
const unknown = { code: 'unavailable', message: expect.stringMatching(/outcome is unknown.*same key/) };
const isOnReplica = async (visitorId: string): Promise<boolean> => (await servers.replica.zscore(keys.queue(saleId), visitorId)) !== null;

describe('an answer that waits for a replica', () => {
  it('comes when the replica has the write', async () => {
    servers.link({ delayMs: 60 });
    const { join, groups } = await durable();
    expect(answerOf(await join('a'))).toMatchObject({ places: [{ state: 'joined' }] });
    expect(await isOnReplica('a')).toBe(true);
    expect(groups).toEqual([true]);
  });

  it('is "unknown" without the replica, also for the same call on another connection, which writes nothing; later the same call tells', async () => {
    const [first, second] = [await durable(), await durable()];
    servers.link('silent');
    await expect(first.join('a')).rejects.toMatchObject(unknown);
    await expect(second.join('a')).rejects.toMatchObject(unknown);
    expect(await isOnReplica('a')).toBe(false);
    servers.link('none');
    await servers.inStep();
    expect(answerOf(await second.join('a'))).toMatchObject({ places: [{ state: 'waiting', seq: 1 }] });
    expect([first.groups, second.groups]).toEqual([[false], [false, true]]);
  });

  it('is preceded by a write on its connection, which WAIT may ask for, also when the call changes nothing', async () => {
    const { join } = await durable();
    await join('a');
    await servers.master.hdel(keys.flow(saleId), 'offsetMark');
    await join('a');
    expect(await servers.master.hget(keys.flow(saleId), 'offsetMark')).toBe('1');
  });

  it('shares its WAIT with all that came meanwhile', async () => {
    servers.link({ delayMs: 40 });
    const { join, groups } = await durable();
    const visitors = Array.from({ length: 200 }, (_, i) => `v${i}`);
    await Promise.all(visitors.map(join));
    expect(await Promise.all(visitors.map(isOnReplica))).not.toContain(false);
    expect(groups.length).toBeLessThan(5);
  });

  it('is "unknown" when its connection was lost after the write: another server may be behind the next one', async () => {
    const { redis, run } = await durable();
    const thenLost: typeof join = {
      ...join,
      run: async (...call) => {
        const reply = await join.run(...call);
        redis.disconnect(true);
        await once(redis, 'ready');
        return reply;
      },
    };
    await expect(run(thenLost, saleId, [{ visitorId: 'a', generation: 0 }])).rejects.toMatchObject(unknown);
  });

  it('about a sale that does not exist comes at once, and leaves nothing behind', async () => {
    const { run } = await durable();
    servers.link('silent');
    expect(await run(join, 'made_up', [{ visitorId: 'a', generation: 0 }])).toEqual({ outcome: 'no_sale' });
    expect(await servers.master.keys('*made_up*')).toEqual([]);
  });

  it('writes nothing that anybody reads', async () => {
    const all = async () => {
      const { offsetMark, ...flow } = await servers.master.hgetall(keys.flow(saleId));
      return [offsetMark, { ...(await dumpSale(servers.master, saleId)), flow }];
    };
    const [, before] = await all();
    expect(await advanceOffset.run(servers.master, saleId, null)).toBe('advanced');
    expect(await all()).toEqual(['1', before]);
  });
});

describe('DURABILITY', () => {
  it.each(['local', 'replicas:1', 'replicas:9'])('may be %s', (DURABILITY) => {
    expect(readConfig({ DURABILITY: Durability }, { DURABILITY })).toEqual({ DURABILITY });
  });

  it('is local when it is not set', () => {
    expect(readConfig({ DURABILITY: Durability }, {})).toEqual({ DURABILITY: 'local' });
  });

  it.each(['replicas', 'replicas:', 'replicas:0', 'replicas:10', 'replicas:-1', 'replicas:1.5', 'replicas: 1', 'all', 'LOCAL', '2'])(
    'may not be %s, and the process says what it may be',
    (DURABILITY) => {
      expect(() => readConfig({ DURABILITY: Durability }, { DURABILITY })).toThrow(
        'the setting DURABILITY must be local, or replicas:<n> with n from 1 to 9',
      );
    },
  );
});
