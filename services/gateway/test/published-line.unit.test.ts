import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Line, Sale } from '@sunbeon/contracts';
import { createPublishedLine } from '../src/live/line/published-line.ts';
import { createMirror } from '../src/live/stream/mirror.ts';

const startedAt = Date.parse('2026-05-01T10:00:00Z');
beforeEach(() => {
  jest.useFakeTimers({ now: startedAt });
});
afterEach(() => {
  jest.useRealTimers();
});

const lineOf = (get: () => Promise<Sale | null>) => {
  const mirror = createMirror({
    event: 9,
    frontier: 0,
    pace: 1,
    generation: 1,
    status: 'open',
    waiting: 5,
    active: 0,
    lastSeq: 5,
    bitmap: new Uint8Array(),
  });
  return { mirror, ...createPublishedLine('concert', () => mirror, { get, chances: () => [], serverNow: () => Date.now() }) };
};
const sale = { saleId: 'concert', status: 'open', admitPerSecond: 1, lobby: 0 } as Sale;

describe('a published line', () => {
  it('renews its time while nothing changes, so that an old one is told from one that is still true; the bytes stay in between', async () => {
    const { get } = lineOf(async () => sale);
    const ages: number[] = [];
    const etags = new Set<string>();
    for (let second = 0; second < 30; second += 1) {
      const { body, etag } = (await get())!.plain;
      ages.push(Date.now() - Date.parse((JSON.parse(body.toString()) as Line).at));
      etags.add(etag);
      await jest.advanceTimersByTimeAsync(1_000);
    }
    expect(Math.max(...ages)).toBeLessThan(10_000);
    expect(etags.size).toBe(3);
  });

  it('is the last one while a read hangs or fails, for thirty seconds; then it is an error', async () => {
    let fail: (error: Error) => void = () => {};
    let hangs = false;
    const { get, mirror } = lineOf(() => (hangs ? new Promise((_, reject) => (fail = reject)) : Promise.resolve(sale)));
    const first = await get();
    hangs = true;
    mirror.waiting = 4;
    await jest.advanceTimersByTimeAsync(1_000);
    const waiting = get();
    await jest.advanceTimersByTimeAsync(250);
    expect(await waiting).toBe(first);
    // Nobody else waits for the same read.
    expect(await get()).toBe(first);
    fail(new Error('away'));
    await jest.advanceTimersByTimeAsync(30_000);
    const refused = expect(get()).rejects.toThrow('away');
    fail(new Error('away'));
    await refused;
    hangs = false;
    expect(JSON.parse((await get())!.plain.body.toString())).toMatchObject({ waiting: 4 });
  });
});
