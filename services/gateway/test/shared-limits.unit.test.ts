import { beforeEach, describe, expect, it } from '@jest/globals';
import { createAddressSockets, joinStoreOf } from '../src/processes/address-limits.ts';
import { createPoolClient, createPools, ownShareOf, poolOf, type Pools } from '../src/processes/shared-limits.ts';
import type { FromProcess } from '../src/processes/messages.ts';

let now = 0;
beforeEach(() => {
  now = 0;
});
const poolsOf = (limit: number, count: number): Pools =>
  createPools({ sockets: { size: poolOf(limit, count), windowMs: 0 }, joins: { size: poolOf(limit, count), windowMs: 60_000 } }, () => now);
/** A process that asks these pools. */
const clientOf = (pools: Pools, process: number) => {
  const asked: FromProcess[] = [];
  const client = createPoolClient((message) => {
    asked.push(message);
    if (message.type === 'take')
      queueMicrotask(() => client.answered({ id: message.id, ...pools.take(process, message.pool, message.address) }));
    else if (message.type === 'release') pools.release(process, message.pool, message.address);
  });
  return { client, asked };
};

it.each([
  [600, 2],
  [600, 14],
  [5, 4],
  [1, 64],
  [3_000, 3],
])('a limit of %i for %i processes: their shares and the pool are the limit', (limit, count) => {
  expect(count * ownShareOf(limit, count) + poolOf(limit, count)).toBe(limit);
  expect(poolOf(limit, count)).toBeGreaterThanOrEqual(limit / 2);
});

describe('sockets of an address', () => {
  it.each([
    [10, 2],
    [5, 4],
    [1, 2],
  ])('%i for %i processes: never more, however they spread; each that closes makes room', async (limit, count) => {
    const pools = poolsOf(limit, count);
    const processes = Array.from({ length: count }, (_, number) =>
      createAddressSockets({ count, pools: clientOf(pools, number).client }, limit),
    );
    const taken: (() => void)[] = [];
    for (let i = 0; i < limit * 3; i += 1) {
      const giveBack = await processes[i % count]!.take('a');
      if (giveBack) taken.push(giveBack);
    }
    expect(taken.length).toBe(limit);
    expect(await processes[0]!.take('b')).not.toBeNull();
    for (const giveBack of taken) giveBack();
    expect(await processes[0]!.take('a')).not.toBeNull();
  });

  it('on one process alone an address has at least half of them', async () => {
    const pools = poolsOf(100, 4);
    const { client } = clientOf(pools, 0);
    const sockets = createAddressSockets({ count: 4, pools: client }, 100);
    let taken = 0;
    for (let i = 0; i < 200; i += 1) if (await sockets.take('a')) taken += 1;
    expect(taken).toBe(64);
  });

  it('those of a process that ended are free again', async () => {
    const pools = poolsOf(2, 2);
    const dying = createAddressSockets({ count: 2, pools: clientOf(pools, 0).client }, 1);
    const living = createAddressSockets({ count: 2, pools: clientOf(pools, 1).client }, 1);
    await dying.take('a');
    await dying.take('a');
    expect(await living.take('a')).toBeNull();
    pools.end(0);
    expect(await living.take('a')).not.toBeNull();
  });

  it('an address with few never asks the primary; 0 is any number', async () => {
    const { client, asked } = clientOf(poolsOf(3_000, 2), 0);
    const sockets = createAddressSockets({ count: 2, pools: client }, 3_000);
    for (let i = 0; i < 750; i += 1) await sockets.take('a');
    expect(asked).toEqual([]);
    await sockets.take('a');
    expect(asked.length).toBe(1);
    const unlimited = createAddressSockets({ count: 2, pools: client }, 0);
    for (let i = 0; i < 100; i += 1) expect(await unlimited.take('a')).not.toBeNull();
    expect(asked.length).toBe(1);
  });
});

describe('joins of an address', () => {
  it('never more than the limit in a window, in all processes together; the next window has them all', async () => {
    const [limit, count] = [20, 2];
    const pools = poolsOf(limit, count);
    const stores = Array.from(
      { length: count },
      (_, number) => new (joinStoreOf({ count, pools: clientOf(pools, number).client }, limit))(),
    );
    const join = (number: number): Promise<number> =>
      new Promise((resolve, reject) =>
        stores[number]!.incr('a', (error, result) => (error ? reject(error) : resolve(result!.current)), 60_000, limit),
      );
    const first = [];
    for (let i = 0; i < 60; i += 1) first.push(await join(i % 2));
    expect(first.filter((current) => current <= limit).length).toBe(limit);
    now += 60_001;
    // The own shares of the processes follow their own clocks; the pool is whole again.
    expect(await join(0)).toBeLessThanOrEqual(limit);
  });
});
