import { beforeEach, describe, expect, it } from '@jest/globals';
import { createShopKeys, publicKeysOf, shopKeysLimits, type ShopKeys } from '../src/entrance/shop-keys.ts';
import { newShopKey } from './shop-signer.ts';

const address = 'https://shop.example/jwks.json';
const [first, second] = [newShopKey('ES256', 'first'), newShopKey('ES256', 'second')];
const setOf = (...keys: { jwk: object }[]): string => JSON.stringify({ keys: keys.map(({ jwk }) => jwk) });

let clockMs: number;
let fetched: number;
let answer: () => Promise<string>;
let warned: unknown[];
let keys: ShopKeys;
beforeEach(() => {
  [clockMs, fetched, warned] = [1e6, 0, []];
  answer = async () => setOf(first);
  const log = { write: (...line: unknown[]) => void warned.push(line) } as never;
  keys = createShopKeys(
    () => {
      fetched += 1;
      return answer();
    },
    log,
    () => clockMs,
  );
});
const fails = (): Promise<string> => Promise.reject(new Error('status 500'));
const kidsOf = (set: Awaited<ReturnType<ShopKeys['at']>>): unknown => set?.jwks().keys.map(({ kid }) => kid) ?? null;
/** Lets a fetch in the background end. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('keys at an address', () => {
  it('are fetched once for 40 uses at once, and kept', async () => {
    const sets = await Promise.all(Array.from({ length: 40 }, () => keys.at(address)));
    expect(new Set(sets).size).toBe(1);
    clockMs += shopKeysLimits.renewMs;
    expect(await keys.at(address)).toBe(sets[0]);
    expect(fetched).toBe(1);
  });

  it('are renewed in the background; the same text is the same set', async () => {
    const before = await keys.at(address);
    clockMs += shopKeysLimits.renewMs + 1;
    answer = async () => setOf(second);
    expect(await keys.at(address)).toBe(before);
    await settle();
    const after = await keys.at(address);
    expect(kidsOf(after)).toEqual(['second']);
    clockMs += shopKeysLimits.renewMs + 1;
    await keys.at(address);
    await settle();
    expect(await keys.at(address)).toBe(after);
    expect(fetched).toBe(3);
  });

  it('serve on while the shop is away, which is logged once', async () => {
    const before = await keys.at(address);
    answer = fails;
    for (let i = 0; i < 5; i += 1) {
      clockMs += shopKeysLimits.staleMs + 1;
      expect(await keys.at(address)).toBe(before);
      await settle();
    }
    expect(warned).toEqual([['member_keys_unreadable', { url: address, reason: 'status 500' }]]);
    expect(fetched).toBe(6);
  });

  it('are none while they were never read; the next try is seconds later', async () => {
    answer = fails;
    for (let i = 0; i < 100; i += 1) expect(await keys.at(address)).toBeNull();
    expect(fetched).toBe(1);
    clockMs += shopKeysLimits.everyMs;
    answer = async () => setOf(first);
    await keys.at(address);
    await settle();
    expect(kidsOf(await keys.at(address))).toEqual(['first']);
  });

  it('hold nobody up for longer than a second', async () => {
    answer = () => new Promise(() => {});
    const started = performance.now();
    expect(await keys.at(address)).toBeNull();
    expect(performance.now() - started).toBeLessThan(shopKeysLimits.waitMs + 1_000);
  });
});

describe('an unknown key id', () => {
  it('is looked for once in five seconds, however many tokens name one', async () => {
    const before = (await keys.at(address))!;
    for (let i = 0; i < 100; i += 1) expect(await keys.newerAt(address, before)).toBe(before);
    expect(fetched).toBe(1);
    clockMs += shopKeysLimits.everyMs;
    for (let i = 0; i < 100; i += 1) expect(await keys.newerAt(address, before)).toBe(before);
    expect(fetched).toBe(2);
  });

  it('is found when the shop has a new key, by those who ask meanwhile too', async () => {
    const before = (await keys.at(address))!;
    clockMs += shopKeysLimits.everyMs;
    answer = async () => setOf(first, second);
    const found = await Promise.all([keys.newerAt(address, before), keys.newerAt(address, before)]);
    expect(found.map((one) => one !== 'awaited' && kidsOf(one))).toEqual([
      ['first', 'second'],
      ['first', 'second'],
    ]);
    expect(fetched).toBe(2);
  });

  it('is waited for a moment once: others are in the same batch, and strangers make ids up', async () => {
    const before = (await keys.at(address))!;
    clockMs += shopKeysLimits.everyMs;
    answer = () => new Promise(() => {});
    const started = performance.now();
    expect(await keys.newerAt(address, before)).toBe('awaited');
    clockMs += shopKeysLimits.unknownWaitMs;
    for (let i = 0; i < 100; i += 1) expect(await keys.newerAt(address, before)).toBe('awaited');
    expect(performance.now() - started).toBeLessThan(2 * shopKeysLimits.unknownWaitMs);
    expect(await keys.at(address)).toBe(before);
  });

  it('is not judged while the shop is away', async () => {
    const before = (await keys.at(address))!;
    clockMs += shopKeysLimits.everyMs;
    answer = fails;
    expect(await keys.newerAt(address, before)).toBeNull();
    expect(await keys.newerAt(address, before)).toBeNull();
    expect(await keys.at(address)).toBe(before);
  });
});

describe('a set of keys', () => {
  it('has only its public ones', () => {
    const leaked = { ...second.jwk, d: 'secret' };
    const set = publicKeysOf(JSON.stringify({ keys: [{ kty: 'oct', k: 'c2VjcmV0' }, leaked, { kty: 'AKP' }, null, 7, first.jwk] }));
    expect(kidsOf(set)).toEqual(['first']);
  });

  it.each([
    ['no JSON', '<html>'],
    ['null', 'null'],
    ['a list', '[]'],
    ['keys that are no list', '{"keys":{}}'],
    ['no keys', '{"keys":[]}'],
    ['secrets alone', '{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}'],
    ['too many keys', JSON.stringify({ keys: Array.from({ length: shopKeysLimits.keys + 1 }, () => first.jwk) })],
  ])('is not %s', (_, text) => {
    expect(() => publicKeysOf(text)).toThrow();
  });
});
