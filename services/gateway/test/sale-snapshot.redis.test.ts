import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RedisClient, Service } from '@sunbeon/runtime';
import { connectTestRedis, newSale, until } from '../../../tests/fixtures/sale.ts';
import { changeSale } from '../../admission/src/scripts/change-sale.ts';
import type { LiveContext } from '../src/live/live-context.ts';
import { createReadAfter } from '../src/live/stream/read-after.ts';
import { createSaleSnapshot } from '../src/live/stream/sale-snapshot.ts';

let redis: RedisClient;
beforeAll(async () => {
  redis = await connectTestRedis();
});
afterAll(() => redis.disconnect());

/** The same Redis, whose answers arrive when they are let through. */
const slowly = (): { client: RedisClient; held: (() => void)[]; letAll: () => void } => {
  const held: (() => void)[] = [];
  let open = false;
  const client = new Proxy(redis, {
    get: (target, name) => {
      const value = Reflect.get(target, name) as unknown;
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        const answer = (value as (...all: unknown[]) => unknown).apply(target, args);
        if (!(answer instanceof Promise) || open) return answer;
        return answer.then((reply: unknown) => new Promise((resolve) => held.push(() => resolve(reply))));
      };
    },
  });
  const letAll = (): void => {
    open = true;
    for (const go of held.splice(0)) go();
  };
  return { client, held, letAll };
};

describe('a sale that is read while it changes', () => {
  it('is read again after a read that began before the change', async () => {
    const saleId = await newSale(redis, { admitPerSecond: 1 });
    const { client, held, letAll } = slowly();
    const changes: boolean[] = [];
    const context = { service: { redis: client } as unknown as Service } as LiveContext;
    const snapshot = createSaleSnapshot(
      context,
      saleId,
      () => 0,
      ({ urgent }) => changes.push(urgent),
    );
    const first = snapshot.get();
    await until('the read has its answer', () => held.length > 0);
    await changeSale.run(redis, saleId, { expected: null, change: { admitPerSecond: 7 } });
    const second = snapshot.get();
    letAll();
    expect((await first)?.admitPerSecond).toBe(1);
    expect((await second)?.admitPerSecond).toBe(7);
    expect(changes).toEqual([true]);
    expect(snapshot.current()?.admitPerSecond).toBe(7);
    snapshot.stop();
  });
});

describe('a read after the one in flight', () => {
  it('is one for all who ask meanwhile, follows a failure too, and never runs beside another', async () => {
    let [running, most, begun] = [0, 0, 0];
    const ends: ((error?: Error) => void)[] = [];
    const read = createReadAfter(() => {
      running += 1;
      begun += 1;
      most = Math.max(most, running);
      return new Promise<number>((resolve, reject) => {
        const mine = begun;
        ends.push((error) => {
          running -= 1;
          if (error) reject(error);
          else resolve(mine);
        });
      });
    });
    const first = read();
    const later = [read(), read()];
    expect(begun).toBe(1);
    ends[0]!(new Error('away'));
    // Asked for between the end of one and the start of the next.
    const between = first.catch(() => read());
    await expect(first).rejects.toThrow('away');
    await until('the next read began', () => begun === 2);
    ends[1]!();
    expect(await Promise.all(later)).toEqual([2, 2]);
    for (let end = 2; end < 4; end += 1) ends[end]?.();
    expect(await between).toBeLessThanOrEqual(3);
    expect(most).toBe(1);
  });
});
