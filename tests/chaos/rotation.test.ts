import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keyId } from '@sunbeon/runtime';
import { Redis } from 'ioredis';
import { visitorOf } from '../fixtures/client.ts';
import { isLong } from '../fixtures/long.ts';
import { until } from '../fixtures/stack.mjs';
import { rehearse } from '../rotation/rehearse.ts';
import { keysOf, startRotation, type Rotation } from '../rotation/roll.ts';

const seed = 7;
let rotation: Rotation;
beforeAll(async () => {
  rotation = await startRotation();
}, 60_000);
afterAll(() => rotation.stop());

describe('rotation of TOKEN_SECRET while visitors wait, two of each service', () => {
  it('the new key first everywhere: no 401, no second place', async () => {
    const { faults, people, refused, signs } = await rehearse(rotation, 'new first', seed);
    expect(faults).toEqual([]);
    expect(refused).toEqual([]);
    expect(people.some(({ inside }) => inside)).toBe(true);
    expect(people.length).toBeGreaterThan(60);
    expect(signs).toBe(keyId(keysOf.new));
  });

  if (!isLong) return;

  it('the signing key dropped everywhere: every instance refuses to serve until it is back, and no place is lost', async () => {
    const { faults, refused, names, people, saleId } = await rehearse(rotation, 'key dropped', seed + 1);
    expect(faults).toEqual([]);
    expect(refused).toEqual(names);

    // Given up in so many words: the instances that wait serve, and only the old tokens are lost.
    const name = 'queue-0';
    expect(await rotation.replace(name, 'new')).toBe('refuses');
    const { missing } = await rotation.lookOf(name);
    const [, command] = /(HDEL keyring signed:\S+)$/.exec(missing.join())!;
    const redis = new Redis(rotation.stack.redisUrl);
    await redis.call(...(command!.split(' ') as [string, ...string[]]));
    redis.disconnect();
    await until('it to serve', async () => (await rotation.lookOf(name)).isReady);
    const [first] = people;
    const base = `http://127.0.0.1:${rotation.port}`;
    expect((await visitorOf(saleId, first!.token, base).place()).status).toBe(200);
  });
});
