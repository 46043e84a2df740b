import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { keys } from '@sunbeon/contracts';
import { connectTestRedis, testRedisUrl, until } from '../../../tests/fixtures/sale.ts';
import {
  createLog,
  announceKeys,
  commandConnection,
  createKeyring,
  createMetrics,
  keyId,
  keyringLimits,
  type KeyringAnswer,
  type RedisClient,
} from '../src/index.ts';

const livesMs = 400;
const tokenMs = 30 * 86_400_000;
let redis: RedisClient;
beforeAll(async () => {
  redis = await connectTestRedis();
});
afterAll(() => redis.disconnect());
beforeEach(async () => {
  await redis.del(keys.keyring);
});

/** An instance with the memory of a process between its heartbeats. */
const instanceOf = (name: string, ids: string, { signs = false } = {}) => {
  let last: KeyringAnswer | null = null;
  let sinceMs = 0;
  return {
    name,
    heartbeat: async (steady = false, offMs = 0): Promise<KeyringAnswer> => {
      const expectedMs = last === null ? 0 : Date.now() + offMs;
      const answer = await announceKeys.run(redis, '', {
        instance: name,
        ids: ids.split(','),
        sinceMs,
        awaited: last?.awaited ?? [],
        signs,
        steady,
        livesMs,
        tokenMs,
        expectedMs,
        jumpMs: 1_000,
        signed: last?.signing ?? null,
      });
      sinceMs ||= answer.nowMs;
      last = answer;
      return answer;
    },
    /** An orderly end. */
    stop: () => redis.hdel(keys.keyring, `instance:${name}`),
  };
};
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('the key that signs', () => {
  it('is the first one of a new installation', async () => {
    expect(await instanceOf('queue-a', 'old', { signs: true }).heartbeat()).toMatchObject({
      signing: 'old',
      lacks: [],
      elsewhere: [],
      unknownTo: [],
    });
  });

  it('stays the old one until every instance knows the new one, whichever step comes first', async () => {
    const [gateway, queue] = [instanceOf('gateway-a', 'old'), instanceOf('queue-a', 'old', { signs: true })];
    await gateway.heartbeat();
    await queue.heartbeat();
    const early = instanceOf('queue-b', 'new,old', { signs: true });
    expect(await early.heartbeat()).toMatchObject({ signing: 'old' });
    expect(await early.heartbeat(true)).toMatchObject({ signing: 'old', unknownTo: ['gateway-a', 'queue-a'], lacks: [] });
    await queue.stop();
    expect(await early.heartbeat(true)).toMatchObject({ signing: 'old', unknownTo: ['gateway-a'] });
    await gateway.stop();
    await instanceOf('gateway-b', 'old,new').heartbeat();
    expect(await early.heartbeat()).toMatchObject({ signing: 'old', unknownTo: [] });
    expect(await early.heartbeat(true)).toMatchObject({ signing: 'new', unknownTo: [] });
  });

  it('is also that of an instance that signs nothing but challenges, which marks none', async () => {
    const gateway = instanceOf('gateway-a', 'new,old');
    expect(await gateway.heartbeat()).toMatchObject({ signing: 'new' });
    const queue = instanceOf('queue-a', 'old', { signs: true });
    expect(await queue.heartbeat()).toMatchObject({ signing: 'old' });
    expect(await gateway.heartbeat(true)).toMatchObject({ signing: 'old', unknownTo: [] });
    await queue.stop();
    await instanceOf('queue-b', 'new', { signs: true }).heartbeat(true);
    await redis.hset(keys.keyring, 'signed:new', Date.now() + 1);
    expect(await gateway.heartbeat(true)).toMatchObject({ signing: 'new' });
    await redis.del(keys.keyring);
    await gateway.heartbeat(true);
    expect(await redis.hkeys(keys.keyring)).toEqual(['instance:gateway-a']);
  });

  it('is never one that a frozen instance lacks, until that one counts as gone; then that one must not serve', async () => {
    const [frozen, queue] = [instanceOf('gateway-a', 'old'), instanceOf('queue-a', 'new,old', { signs: true })];
    await redis.hset(keys.keyring, 'signed:old', Date.now());
    await frozen.heartbeat();
    await queue.heartbeat();
    expect((await queue.heartbeat(true)).signing).toBe('old');
    await sleep(livesMs / 2);
    await queue.heartbeat(true);
    await sleep(livesMs / 2 + 50);
    expect((await queue.heartbeat(true)).signing).toBe('new');
    expect((await frozen.heartbeat()).lacks).toEqual(['new']);
    expect((await queue.heartbeat(true)).signing).toBe('new');
  });

  it('waits for a steady view after a start under other keys', async () => {
    await redis.hset(keys.keyring, 'signed:gone', Date.now());
    const queue = instanceOf('queue-a', 'new', { signs: true });
    expect((await queue.heartbeat()).signing).toBeNull();
    expect((await queue.heartbeat(true)).signing).toBe('new');
  });
});

describe('a queue that was steady', () => {
  const waiting = async () => {
    const [gateway, queue] = [instanceOf('gateway-a', 'old'), instanceOf('queue-a', 'new,old', { signs: true })];
    await redis.hset(keys.keyring, 'signed:old', Date.now());
    await gateway.heartbeat();
    for (const steady of [false, true]) expect((await queue.heartbeat(steady)).signing).toBe('old');
    return { gateway, queue };
  };
  it.each([
    [
      'the keyring was lost',
      async () => {
        await redis.del(keys.keyring);
      },
      0,
    ],
    [
      'its own entry ran out with the others',
      async () => {
        await sleep(livesMs + 50);
      },
      0,
    ],
    [
      'the clock of Redis jumped',
      async () => {
        await redis.hset(keys.keyring, 'instance:gateway-a', `${Date.now() - 60_000} old `);
      },
      -60_000,
    ],
  ])('signs with the key of before when %s', async (_, happens, offMs) => {
    const { gateway, queue } = await waiting();
    await happens();
    expect((await queue.heartbeat(true, offMs)).signing).toBe('old');
    expect((await gateway.heartbeat()).lacks).toEqual([]);
    expect((await queue.heartbeat(false)).signing).toBe('old');
  });
});

describe('an instance without a key that signed', () => {
  it('must not serve while another knows it, nor after all were replaced one by one, until the key is given up', async () => {
    const olds = ['queue-a', 'queue-b'].map((name) => instanceOf(name, 'old', { signs: name === 'queue-a' }));
    for (const old of olds) await old.heartbeat();
    const [first, second] = [instanceOf('queue-c', 'new', { signs: true }), instanceOf('queue-d', 'new')];
    expect(await first.heartbeat()).toMatchObject({ lacks: ['old'], signing: null });
    await sleep(5);
    for (const old of olds) await old.heartbeat();
    await first.heartbeat();
    await olds[0]!.stop();
    await second.heartbeat();
    await olds[1]!.stop();
    await sleep(livesMs + 50);
    for (let i = 0; i < 3; i += 1)
      for (const one of [first, second]) expect(await one.heartbeat(true)).toMatchObject({ lacks: ['old'], signing: null });
    // A waiting instance does not delay those that know all keys.
    const both = instanceOf('queue-e', 'new,old', { signs: true });
    await redis.hset(keys.keyring, 'signed:old', Date.now());
    expect(await both.heartbeat()).toMatchObject({ lacks: [], signing: 'old' });
    expect(await both.heartbeat(true)).toMatchObject({ lacks: [], signing: 'new' });
    await redis.hdel(keys.keyring, 'signed:old');
    for (const one of [first, second]) expect(await one.heartbeat(true)).toMatchObject({ lacks: [] });
  });

  it('serves when the others died before it came, as soon as they count as gone', async () => {
    await instanceOf('queue-a', 'old', { signs: true }).heartbeat();
    const restarted = ['gateway-b', 'queue-b'].map((name) => instanceOf(name, 'new'));
    for (let i = 0; i < 2; i += 1) for (const one of restarted) expect((await one.heartbeat()).lacks).toEqual(['old']);
    await sleep(livesMs + 50);
    for (const one of restarted) expect((await one.heartbeat()).lacks).toEqual([]);
  });

  it('serves when the last token of the key is too old', async () => {
    await instanceOf('queue-a', 'old', { signs: true }).heartbeat();
    await redis.hset(keys.keyring, 'signed:old', Date.now() - tokenMs - 1_000);
    await instanceOf('queue-a', 'old').heartbeat();
    expect(await instanceOf('gateway-b', 'new').heartbeat()).toMatchObject({ lacks: [], elsewhere: ['old'] });
  });
});

it('forgets instances that are gone, and unreadable entries', async () => {
  await instanceOf('gateway-a', 'old').heartbeat();
  await redis.hset(keys.keyring, {
    'instance:odd': 'x',
    'signed:odd': '',
    'signed:ancient': '1',
    odd: '1',
    'instance:': '1 a b',
    'instance:ahead': `${Date.now() + 3_600_000} old `,
  });
  await sleep(livesMs + 50);
  await instanceOf('queue-a', 'old', { signs: true }).heartbeat();
  expect((await redis.hkeys(keys.keyring)).sort()).toEqual(['instance:queue-a', 'signed:ancient', 'signed:old']);
});

/** A tenth of the service's times, except for the clock. */
const quick = { ...keyringLimits, everyMs: 100, againMs: 25, freshMs: 400, livesMs: 900 };
const [old, fresh] = ['o'.repeat(32), 'n'.repeat(32)];
const startInstance = async (instance: string, secrets: string, signs: boolean) => {
  const redis = commandConnection(testRedisUrl());
  redis.on('error', () => {});
  await redis.connect();
  const keyring = createKeyring(
    { instance, secrets, signs, redis, log: createLog('test', 'test', { LOG_LEVEL: 'silent' }), metrics: createMetrics(instance) },
    quick,
  );
  keyring.start();
  await until('its first heartbeat', () => keyring.missing() === null);
  return { keyring, redis };
};

it('after a silence of Redis the first instance back signs with the key of before, and none refuses to serve', async () => {
  const queue = await startInstance('queue-silence', old, true);
  await queue.keyring.stop();
  queue.redis.disconnect();
  const gateway = await startInstance('gateway-silence', old, false);
  const both = await startInstance('queue-both', `${fresh},${old}`, true);
  await sleep(quick.livesMs * 2);
  expect(both.keyring.signingId()).toBe(keyId(old));
  for (const { redis } of [gateway, both]) redis.disconnect();
  await sleep(quick.livesMs + 200);
  expect(() => both.keyring.signingId()).toThrow(expect.objectContaining({ code: 'unavailable' }));
  await both.redis.connect();
  await until('the queue to sign again', () => both.keyring.missing() === null);
  expect(both.keyring.signingId()).toBe(keyId(old));
  await gateway.redis.connect();
  await sleep(quick.livesMs * 2);
  expect([gateway.keyring.refusal(), both.keyring.signingId()]).toEqual([null, keyId(old)]);
  await gateway.keyring.stop();
  gateway.redis.disconnect();
  await until('the new key to sign, now that all know it', () => both.keyring.signingId() === keyId(fresh));
  await both.keyring.stop();
  both.redis.disconnect();
}, 30_000);
