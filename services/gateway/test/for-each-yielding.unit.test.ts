import { describe, expect, it } from '@jest/globals';
import { forEachYielding } from '../src/live/broadcast/for-each-yielding.ts';

describe('a broadcast to a crowd', () => {
  it('yields between turns, so that other work runs in between', async () => {
    const crowd = new Set(Array.from({ length: 1_000 }, (_, i) => i));
    let told = 0;
    let longest = 0;
    let before = 0;
    const listen = (): void => {
      longest = Math.max(longest, told - before);
      before = told;
      if (told < 1_000) setImmediate(listen);
    };
    setImmediate(listen);
    await forEachYielding(crowd, () => {
      told += 1;
      return true;
    });
    expect(told).toBe(1_000);
    expect(longest).toBeLessThanOrEqual(400);
  });

  it('skips removed items, includes added ones, and takes no turn for items without a write', async () => {
    const crowd = new Set(Array.from({ length: 500 }, (_, i) => i));
    const seen: number[] = [];
    const going = forEachYielding(crowd, (one) => {
      seen.push(one);
      return one < 300;
    });
    expect(seen).toHaveLength(200);
    crowd.delete(450);
    crowd.add(9_999);
    await going;
    expect(seen).toHaveLength(500);
    expect([seen.includes(450), seen.at(-1)]).toEqual([false, 9_999]);
  });
});
