import { createHash, createHmac, randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { entryOf, hashBytes, rootOf } from '../src/draw/draw.ts';
import { createLobbyDraw, rosterPageEntries } from '../src/draw/lobby-draw.ts';
import { sortedIndexes } from '../src/draw/sorted-indexes.ts';

const sale = { saleId: 'draw-of-the-tests', generation: 3 };

/** The draw as the contract words it, without a thought of speed. */
const sha256 = (...parts: (string | Uint8Array)[]): Buffer =>
  createHash('sha256')
    .update(Buffer.concat(parts.map((part) => Buffer.from(part as string))))
    .digest();
const [zero, one] = [Buffer.from([0]), Buffer.from([1])];
const naiveEntry = (visitorId: string): Buffer =>
  sha256('sunbeon-draw-v1/entry', zero, sale.saleId, zero, String(sale.generation), zero, visitorId);
const naiveRoot = (entries: readonly Buffer[]): Buffer => {
  if (entries.length === 0) return sha256();
  if (entries.length === 1) return sha256(zero, entries[0]!);
  let half = 1;
  while (half * 2 < entries.length) half *= 2;
  return sha256(one, naiveRoot(entries.slice(0, half)), naiveRoot(entries.slice(half)));
};
const naiveDraw = (visitorIds: readonly string[], seed: Buffer, randomness: Buffer | null) => {
  const roster = [...new Set(visitorIds)].map((id) => ({ id, entry: naiveEntry(id) })).sort((a, b) => a.entry.compare(b.entry));
  const root = naiveRoot(roster.map(({ entry }) => entry));
  const key = sha256('sunbeon-draw-v1/key', zero, seed, root, randomness ?? '');
  const order = roster
    .map(({ id, entry }) => ({ id, lot: createHmac('sha256', key).update(entry).digest(), entry }))
    .sort((a, b) => a.lot.compare(b.lot) || a.entry.compare(b.entry))
    .map(({ id }) => id);
  return {
    count: roster.length,
    root: root.toString('hex'),
    roster: Buffer.concat(roster.map(({ entry }) => entry)).toString('hex'),
    order: JSON.stringify(order),
  };
};

const computed = (visitorIds: readonly string[], seed: Buffer, randomness: Buffer | null) => {
  const draw = createLobbyDraw(sale);
  for (let from = 0; from < visitorIds.length; from += 1_000) draw.add(visitorIds.slice(from, from + 1_000));
  const { count, root } = draw.freeze();
  const pages: Uint8Array[] = [];
  for (let page = draw.rosterPage(0); page.length > 0; page = draw.rosterPage(pages.length)) pages.push(page);
  expect(pages.map((page) => page.length / hashBytes).every((entries, i) => entries === rosterPageEntries || i === pages.length - 1)).toBe(
    true,
  );
  draw.order(Buffer.from(seed), randomness);
  return { count, root, roster: Buffer.concat(pages).toString('hex'), order: JSON.stringify(draw.orderPage(1, count)) };
};
const visitors = (count: number): string[] => Array.from({ length: count }, () => randomBytes(16).toString('base64url'));

describe('the draw', () => {
  it.each([0, 1, 2, 3, 4_095, 4_096, 4_097, 20_000])('of %i visitors is the one that the contract describes', (count) => {
    const [ids, seed] = [visitors(count), randomBytes(32)];
    for (const randomness of [null, randomBytes(32)]) expect(computed(ids, seed, randomness)).toEqual(naiveDraw(ids, seed, randomness));
  });

  it('is that of any visitors, in any order, however often each is added', () => {
    const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((some) => Buffer.from(some));
    const id = fc.oneof(
      fc.string({ unit: fc.constantFrom(...'aZ09-_'), minLength: 1, maxLength: 3 }),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 64 }),
    );
    fc.assert(
      fc.property(fc.array(id, { maxLength: 40 }), bytes, fc.option(bytes), (ids, seed, randomness) => {
        const expected = naiveDraw(ids, seed, randomness);
        expect(computed(ids, seed, randomness)).toEqual(expected);
        expect(computed([...ids, ...ids.toReversed()], seed, randomness)).toEqual(expected);
      }),
    );
  });

  it('has the root of RFC 6962: of nothing, of one leaf, and of three, the last of which moves up alone', () => {
    expect(rootOf(Buffer.alloc(0)).toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    const [a, b, c] = [1, 2, 3].map((byte) => Buffer.alloc(hashBytes, byte)) as [Buffer, Buffer, Buffer];
    expect(rootOf(a)).toEqual(sha256(zero, a));
    expect(rootOf(Buffer.concat([a, b, c]))).toEqual(sha256(one, sha256(one, sha256(zero, a), sha256(zero, b)), sha256(zero, c)));
  });

  it('gives pages of seqs from 1, and none beyond the end', () => {
    const [ids, seed] = [visitors(10), randomBytes(32)];
    const draw = createLobbyDraw(sale);
    draw.add(ids);
    draw.freeze();
    draw.order(Buffer.from(seed), null);
    const order = JSON.parse(naiveDraw(ids, seed, null).order) as string[];
    expect([draw.orderPage(1, 3), draw.orderPage(4, 7), draw.orderPage(8, 9), draw.orderPage(11, 5)]).toEqual([
      order.slice(0, 3),
      order.slice(3),
      order.slice(7),
      [],
    ]);
  });

  it('makes another entry in another sale or generation', () => {
    expect(entryOf(sale, 'v')).toEqual(naiveEntry('v'));
    const entries = [sale, { ...sale, generation: 4 }, { ...sale, saleId: 'another' }].map((one) => entryOf(one, 'v').toString('hex'));
    expect(new Set(entries).size).toBe(3);
  });

  it('refuses steps in another order, and visitors that no lobby has', () => {
    const draw = createLobbyDraw(sale);
    const early = Buffer.alloc(32, 1);
    expect(() => draw.rosterPage(0)).toThrow('not frozen');
    expect(() => draw.order(early, null)).toThrow('not frozen');
    expect(() => draw.add(['a', ''])).toThrow('1 to 255 bytes');
    expect(() => draw.add(['a'.repeat(256)])).toThrow('1 to 255 bytes');
    const frozen = draw.freeze();
    expect(draw.freeze()).toEqual(frozen);
    expect(() => draw.add(['b'])).toThrow('is frozen');
    expect(() => draw.orderPage(1, 1)).toThrow('not drawn');
    expect(() => draw.order(Buffer.alloc(31, 1), null)).toThrow('32 bytes');
    expect(() => draw.order(Buffer.alloc(32, 1), Buffer.alloc(31))).toThrow('32 bytes');
    expect(early.equals(Buffer.alloc(32))).toBe(true);
  });

  it('erases the seed that it was given', () => {
    const draw = createLobbyDraw(sale);
    draw.freeze();
    const seed = randomBytes(32);
    draw.order(seed, null);
    expect(seed.equals(Buffer.alloc(32))).toBe(true);
  });
});

describe('the sort', () => {
  const sorted = (hashes: readonly Buffer[]): number[] => Array.from(sortedIndexes(Buffer.concat(hashes)));
  const expected = (hashes: readonly Buffer[]): number[] => hashes.map((_, i) => i).sort((a, b) => hashes[a]!.compare(hashes[b]!) || a - b);

  it.each([0, 1, 4, 28, 29, 30, 31])('compares all bytes of hashes that begin with the same ones, and byte %i alone differs', (byte) => {
    const hashes = Array.from({ length: 300 }, (_, i) => {
      const one = Buffer.alloc(hashBytes, 0xab);
      one[byte] = (i * 7) % 256;
      return one;
    });
    expect(sorted(hashes)).toEqual(expected(hashes));
  });

  it('keeps equal hashes in their order, and finds runs at both ends', () => {
    const values = [0, 0, 1, 255, 255, 255, 7, 0, 1];
    const hashes = values.map((value) => Buffer.alloc(hashBytes, value));
    expect(sorted(hashes)).toEqual([0, 1, 7, 2, 8, 6, 3, 4, 5]);
  });

  it('is right for any few prefixes and tails', () => {
    const word = fc.constantFrom('00000000', '00000001', '00000007', '00000008', '7fffffff', '80000000', 'ffffffff');
    const hash = fc.tuple(word, word).map(([first, last]) => Buffer.from(`${first}${'00'.repeat(24)}${last}`, 'hex'));
    fc.assert(fc.property(fc.array(hash, { maxLength: 60 }), (hashes) => expect(sorted(hashes)).toEqual(expected(hashes))));
  });
});
