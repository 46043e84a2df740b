import { describe, expect, it } from '@jest/globals';
import { BoundedMap } from '../src/bounded-map.ts';
import { cookieValues } from '../src/cookie.ts';
import { endedStaysOf } from '../src/ended-stays.ts';
import { limits } from '../src/limits.ts';

describe('what the guard keeps', () => {
  it('is bounded, and the entry that was not used for longest goes first', () => {
    const map = new BoundedMap<number, string>(3);
    for (const i of [1, 2, 3]) map.set(i, 'x');
    map.get(1);
    map.set(4, 'x');
    expect([map.size, map.get(1), map.get(2), map.get(4)]).toEqual([3, 'x', undefined, 'x']);
  });

  it('forgets the stay that ended longest ago after 100,000 others', () => {
    const ended = endedStaysOf('https://sunbeon.example', 'bounds');
    for (let i = 0; i <= limits.endedStays; i += 1) ended.add(`bounds.${i}`);
    expect([ended.has('bounds.0'), ended.has('bounds.1'), ended.has(`bounds.${limits.endedStays}`)]).toEqual([false, true, true]);
  });

  it('looks at 32 cookies of a request at most', () => {
    const header = Array.from({ length: 100 }, (_, i) => `n=a.b.${i}`).join('; ');
    expect(cookieValues(header, 'n')).toHaveLength(limits.cookies);
  });
});
