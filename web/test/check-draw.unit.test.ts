import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { Draw } from '@sunbeon/contracts';
import { limits } from '@sunbeon/contracts/limits';
import { entryOf as theirEntryOf, keyOf as theirKeyOf, lotsOf, rootOf } from '../../services/admission/src/draw/draw.ts';
import { quicknet as theirQuicknet, roundAfter as theirRoundAfter } from '../../services/admission/src/draw/drand.ts';
import { isBeacon, quicknet, roundAfter, timeOfRound } from '../features/draw/beacon.ts';
import { checkDraw, type Place, type Source } from '../features/draw/check-draw.ts';
import { checkTexts } from '../features/draw/check-texts.ts';
import { entryOf, hashBytes, pageEntries } from '../features/draw/draw-hashes.ts';

const sale = { saleId: 'concert', generation: 1_777_000_000_000 };
/** Round 1000 of quicknet, as its servers publish it. */
const round1000 = {
  signature: 'b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39',
  randomness: 'fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd',
};
/** Three seconds and a little before round 1000. */
const frozenAt = new Date(timeOfRound(1_000) - 4_000).toISOString();

/** A draw by the code of the services. */
const drawOf = (count: number, beacon?: Draw['beacon']) => {
  const visitors = Array.from({ length: count }, (_, i) => `visitor-${i}`);
  const entries = visitors.map((visitorId) => theirEntryOf(sale, visitorId)).sort((a, b) => a.compare(b));
  const roster = Buffer.concat(entries);
  const seed = randomBytes(32);
  const root = rootOf(roster);
  const randomness = beacon?.status === 'verified' ? Buffer.from(beacon.randomness!, 'hex') : null;
  const lots = lotsOf(theirKeyOf(seed, root, randomness), roster);
  const order = entries
    .map((entry, i) => ({ entry, lot: lots.subarray(i * hashBytes, (i + 1) * hashBytes) }))
    .sort((a, b) => a.lot.compare(b.lot));
  const draw: Draw = {
    algorithm: 'sunbeon-draw-v1',
    phase: 'drawn',
    order: 'random',
    commitment: createHash('sha256').update(seed).digest('hex'),
    generation: sale.generation,
    lobbyOpensAt: frozenAt,
    opensAt: frozenAt,
    closedAt: frozenAt,
    frozenAt,
    count,
    root: root.toString('hex'),
    ...(beacon === undefined ? {} : { beacon }),
    seed: seed.toString('hex'),
    drawnAt: frozenAt,
  };
  const seqOf = (visitorId: string): number => order.findIndex(({ entry }) => entry.equals(theirEntryOf(sale, visitorId))) + 1;
  return { draw, roster, seqOf };
};
type Drawn = ReturnType<typeof drawOf>;

const sourceOf = ({ draw, roster }: Pick<Drawn, 'draw' | 'roster'>): Source => ({
  draw: async () => draw,
  entries: async (_, page) => new Uint8Array(roster.subarray(page * pageEntries * hashBytes, (page + 1) * pageEntries * hashBytes)),
});
const placeOf = (drawn: Drawn, visitorId: string, changed: Partial<Place> = {}): Place => ({
  ...sale,
  visitorId,
  seq: drawn.seqOf(visitorId),
  kept: null,
  ...changed,
});
const check = (place: Place, source: Pick<Drawn, 'draw' | 'roster'>) => checkDraw(place, sourceOf(source), () => {});
const verified = { network: 'quicknet', chain: quicknet.chain, round: 1_000, status: 'verified', ...round1000 } as const;

describe('the check of a draw', () => {
  it('agrees with the services on pages, chain and entries', () => {
    expect([pageEntries, quicknet.chain, quicknet.publicKey, quicknet.genesis, quicknet.period]).toEqual([
      limits.rosterPageEntries,
      theirQuicknet.chain,
      theirQuicknet.publicKey,
      theirQuicknet.genesis,
      theirQuicknet.period,
    ]);
    for (const ms of [0, 1, 2_999, 3_000, 3_001]) {
      const at = timeOfRound(500) + ms;
      expect([roundAfter(at), timeOfRound(roundAfter(at)) > at + 3_000]).toEqual([theirRoundAfter(at, theirQuicknet), true]);
    }
    expect(Buffer.from(entryOf(sale.saleId, sale.generation, '손님')).equals(theirEntryOf(sale, '손님'))).toBe(true);
  });

  it.each([1, 2, 3, 1_000, 4_095, 4_096, 4_097, 9_000])('finds everybody’s place right, of %i', async (count) => {
    const drawn = drawOf(count);
    const seen: number[] = [];
    const place = placeOf(drawn, `visitor-${count - 1}`);
    const result = await checkDraw(place, sourceOf(drawn), (done) => seen.push(done));
    expect(result).toEqual({ outcome: 'right', place: place.seq, count, doubt: null, round: null });
    expect([seen.length, seen.at(-1)]).toEqual([Math.ceil(count / pageEntries), count]);
  });

  it('is right of an empty lobby, and of a number behind the draw', async () => {
    for (const count of [0, 5]) {
      const place = { ...sale, visitorId: 'late', seq: count + 1, kept: null };
      expect(await check(place, drawOf(count))).toEqual({ outcome: 'right', place: null, count, doubt: null, round: null });
    }
    const drawn = drawOf(5);
    expect(await check(placeOf(drawn, 'visitor-1', { seq: 6 }), drawn)).toMatchObject({ outcome: 'right', place: null });
  });

  it('names what was changed', async () => {
    const drawn = drawOf(50, verified);
    const other = drawOf(50, verified);
    const place = placeOf(drawn, 'visitor-7');
    const kept = { generation: sale.generation, commitment: drawn.draw.commitment, beacon: 'drand', root: drawn.draw.root! } as const;
    const faultOf = async (changed: Partial<Draw>, further: Partial<Place> = {}, roster = drawn.roster) => {
      const result = await check({ ...place, ...further }, { draw: { ...drawn.draw, ...changed }, roster });
      return result.outcome === 'wrong' ? result.fault : result.outcome;
    };
    const swapped = Buffer.concat([drawn.roster.subarray(32, 64), drawn.roster.subarray(0, 32), drawn.roster.subarray(64)]);
    const twice = Buffer.concat([drawn.roster.subarray(0, 32), drawn.roster.subarray(0, -32)]);
    const added = Buffer.from(drawn.roster);
    added[added.length - 1]! ^= 1;
    const withBeacon = (changed: object): Partial<Draw> => ({ beacon: { ...verified, ...changed } });
    expect({
      none: await faultOf({}, { kept }),
      form: [
        await faultOf({ seed: 'xx' }),
        await faultOf(withBeacon({ round: 1.5 })),
        await faultOf({ algorithm: 'sunbeon-draw-v0' as 'sunbeon-draw-v1' }),
      ],
      generation: await faultOf({ generation: 1 }),
      keptCommitment: await faultOf({ commitment: other.draw.commitment, seed: other.draw.seed! }, { kept }),
      keptRoot: await faultOf({}, { kept: { ...kept, root: other.draw.commitment } }),
      keptBeacon: await check(place, drawOf(50)).then(() => faultOf({ beacon: undefined }, { kept })),
      seed: await faultOf({ seed: other.draw.seed! }),
      page: await faultOf({}, {}, drawn.roster.subarray(32)),
      order: [await faultOf({}, {}, swapped), await faultOf({}, {}, twice)],
      root: [await faultOf({ root: other.draw.commitment }), await faultOf({}, {}, added)],
      round: await faultOf(withBeacon({ round: 1_001 })),
      signature: [
        await faultOf(withBeacon({ randomness: drawn.draw.root! })),
        await faultOf(withBeacon({ signature: `a${round1000.signature.slice(1)}` })),
      ],
      missing: await faultOf({}, { visitorId: 'stranger' }),
      place: await faultOf({}, { seq: (place.seq % 50) + 1 }),
      undrawn: await faultOf({ phase: 'frozen' }),
    }).toEqual({
      none: 'right',
      form: ['form', 'form', 'form'],
      generation: 'generation',
      keptCommitment: 'kept_commitment',
      keptRoot: 'kept_root',
      keptBeacon: 'kept_beacon',
      seed: 'seed',
      page: 'page',
      order: ['order', 'order'],
      root: ['root', 'root'],
      round: 'round',
      signature: ['signature', 'signature'],
      missing: 'missing',
      place: 'place',
      undrawn: 'undrawn',
    });
    expect(await check({ ...place, seq: (place.seq % 50) + 1 }, drawn)).toMatchObject({ place: place.seq });
  });

  it('doubts a draw whose beacon did not come, or is of a chain that the page does not know', async () => {
    const doubtOf = async (beacon: Draw['beacon']) => {
      const drawn = drawOf(9, beacon);
      return check(placeOf(drawn, 'visitor-3'), drawn);
    };
    expect(await doubtOf({ ...verified, status: 'unavailable' })).toMatchObject({ outcome: 'right', doubt: 'beacon_unavailable' });
    expect(await doubtOf({ ...verified, chain: 'a'.repeat(64), round: 3 })).toMatchObject({ outcome: 'right', doubt: 'other_chain' });
    expect(await doubtOf(verified)).toMatchObject({ outcome: 'right', doubt: null, round: 1_000 });
  });

  it('says that there was no answer, instead of a verdict', async () => {
    const drawn = drawOf(9);
    const place = placeOf(drawn, 'visitor-3');
    const silent: Source = { draw: async () => null, entries: async () => null };
    expect(await checkDraw(place, silent, () => {})).toEqual({ outcome: 'unreachable' });
    expect(await checkDraw(place, { ...sourceOf(drawn), entries: silent.entries }, () => {})).toEqual({ outcome: 'unreachable' });
  });

  it('verifies quicknet’s signature of a round, and no other', async () => {
    expect(await isBeacon(1_000, round1000.randomness, round1000.signature)).toBe(true);
    expect(await isBeacon(1_001, round1000.randomness, round1000.signature)).toBe(false);
  });
});

describe('the vectors of the verifier, a third implementation', () => {
  interface Vector {
    saleId: string;
    generation: number;
    visitors: { visitorId: string }[];
    seed: string;
    roster: string[];
    root: string;
    beacon?: { round: number; randomness: string; signature: string };
    order: { seq: number; visitorId: string }[];
  }
  const read = (name: string): Vector =>
    JSON.parse(readFileSync(new URL(`../../packages/verify/vectors/${name}.json`, import.meta.url), 'utf8')) as Vector;

  it.each(['one', 'seven', 'seven-with-beacon'])('%s', async (name) => {
    const { saleId, generation, seed, roster, root, beacon, order } = read(name);
    const seedBytes = Buffer.from(seed, 'hex');
    const draw: Draw = {
      ...drawOf(0).draw,
      generation,
      seed,
      root,
      count: roster.length,
      commitment: createHash('sha256').update(seedBytes).digest('hex'),
      ...(beacon === undefined
        ? {}
        : {
            frozenAt: new Date(timeOfRound(beacon.round) - 4_000).toISOString(),
            beacon: { network: 'quicknet', chain: quicknet.chain, status: 'verified', ...beacon },
          }),
    };
    for (const { visitorId, seq } of order) {
      const place = { saleId, generation, visitorId, seq, kept: null };
      expect(await check(place, { draw, roster: Buffer.from(roster.join(''), 'hex') })).toMatchObject({ outcome: 'right', place: seq });
    }
  });
});

describe('the texts of the check', () => {
  it('have the same places to fill in, in both languages', () => {
    const flat = (texts: object): [string, string][] =>
      Object.entries(texts).flatMap(([key, text]: [string, string | object]) =>
        typeof text === 'string'
          ? [[key, (text.match(/\{\w+\}/g) ?? []).sort().join()]]
          : flat(text).map(([k, v]) => [`${key}.${k}`, v] as [string, string]),
      );
    expect(flat(checkTexts.ko)).toEqual(flat(checkTexts.en));
  });
});
