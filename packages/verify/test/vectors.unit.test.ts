import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { isSignedBy, quicknet, roundAfter, timeOfRoundMs, type Chain } from '../src/beacon.ts';
import { entryBy, hmac, merkle, sha256, signRound, testChain } from './draw-maker.ts';

interface Vector {
  saleId: string;
  generation: number;
  visitors: { visitorId: string; entry: string }[];
  seed: string;
  commitment: string;
  roster: string[];
  leaves: string[];
  root: string;
  frozenAt: string;
  beacon?: { network: string; chain: string; round: number; randomness: string; signature: string };
  key: string;
  lots: string[];
  order: { seq: number; visitorId: string; entry: string; lot: string }[];
}
const read = <T>(name: string): T => JSON.parse(readFileSync(join(import.meta.dirname, '../vectors', name), 'utf8')) as T;
const bytes = (text: string): Buffer => Buffer.from(text, 'hex');

describe('the published vectors, by a second implementation', () => {
  it.each([
    ['seven.json', 7],
    ['seven-with-beacon.json', 7],
    ['one.json', 1],
    ['empty.json', 0],
  ])('%s', (name, count) => {
    const { saleId, generation, visitors, seed, beacon, order, ...vector } = read<Vector>(name);
    const entries = visitors.map(({ visitorId }) => entryBy(saleId, generation, visitorId).toString('hex'));
    const roster = entries.toSorted();
    const key = sha256('sunbeon-draw-v1/key\0', bytes(seed), bytes(vector.root), bytes(beacon?.randomness ?? ''));
    const lots = roster.map((entry) => hmac(key, bytes(entry)).toString('hex'));
    expect(visitors).toHaveLength(count);
    expect(visitors.map(({ entry }) => entry)).toEqual(entries);
    expect(vector).toMatchObject({
      commitment: sha256(bytes(seed)).toString('hex'),
      roster,
      leaves: roster.map((entry) => sha256(Buffer.of(0), bytes(entry)).toString('hex')),
      root: merkle(roster.map(bytes)).toString('hex'),
      key: key.toString('hex'),
      lots,
    });
    const byLot = roster.map((entry, i) => ({ entry, lot: lots[i]! })).toSorted((a, b) => (a.lot < b.lot ? -1 : 1));
    const visitorOf = (entry: string): string => visitors[entries.indexOf(entry)]!.visitorId;
    expect(order).toEqual(byLot.map(({ entry, lot }, i) => ({ seq: i + 1, visitorId: visitorOf(entry), entry, lot })));
    // The order differs from that of the roster and of the arrival, else it would show nothing.
    if (count > 1) for (const other of [roster, entries]) expect(order.map(({ entry }) => entry)).not.toEqual(other);
  });

  it('with a beacon name the round of quicknet for their freeze, and its signature', () => {
    const { beacon, frozenAt } = read<Vector>('seven-with-beacon.json');
    const { round, signature, randomness, chain } = beacon!;
    expect([chain, roundAfter(quicknet, Date.parse(frozenAt))]).toEqual([quicknet.chain, round]);
    expect(isSignedBy(quicknet, round, bytes(signature))).toBe(true);
    expect(isSignedBy(quicknet, round + 1, bytes(signature))).toBe(false);
    expect(randomness).toBe(sha256(bytes(signature)).toString('hex'));
  });

  it('name the first round that is later than the freeze + 3 s', () => {
    const { rounds, chain } = read<{ chain: Chain; rounds: { frozenAt: string; round: number; roundAt: string }[] }>('rounds.json');
    expect(chain).toEqual(quicknet);
    for (const { frozenAt, round, roundAt } of rounds) {
      const soonest = Date.parse(frozenAt) + 3_000;
      expect([frozenAt, roundAfter(quicknet, Date.parse(frozenAt))]).toEqual([frozenAt, round]);
      expect(timeOfRoundMs(quicknet, round)).toBe(Date.parse(roundAt));
      expect(Date.parse(roundAt)).toBeGreaterThan(soonest);
      expect(Date.parse(roundAt) - quicknet.period * 1_000).toBeLessThanOrEqual(soonest);
    }
  });
});

describe('quicknet', () => {
  it('is the chain whose hash is over the period, genesis and key that this package knows', () => {
    const [period, genesis] = [Buffer.alloc(4), Buffer.alloc(8)];
    period.writeUInt32BE(quicknet.period);
    genesis.writeBigInt64BE(BigInt(quicknet.genesis));
    // Hash of the group that generated the key, and the name of the beacon, both of the chain's info.
    const group = bytes('f477d5c89f21a17c863a7f937c6a6d15859414d2be09cd448d4279af331c5d3e');
    expect(sha256(period, genesis, bytes(quicknet.publicKey), group, quicknet.network).toString('hex')).toBe(quicknet.chain);
  });
});

describe('a signature', () => {
  const isGood = (round: number, bits: bigint): boolean => isSignedBy(testChain, round, bytes(bits.toString(16).padStart(96, '0')));

  it('has one encoding, or its randomness could be chosen: a coordinate beyond the field is refused', () => {
    const field = 0x1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaabn;
    const mask = (1n << 381n) - 1n;
    const isShort = (round: number): boolean => (BigInt(`0x${signRound(round).toString('hex')}`) & mask) + field <= mask;
    const round = Array.from({ length: 60 }, (_, i) => i + 1).find(isShort)!;
    const bits = BigInt(`0x${signRound(round).toString('hex')}`);
    expect([isGood(round, bits), isGood(round, bits + field)]).toEqual([true, false]);
  });

  it.each([
    ['the opposite point', 1n << 381n],
    ['a flag of infinity', 1n << 382n],
    ['no flag of compression', 1n << 383n],
  ])('with %s is refused', (_, flag) => {
    const bits = BigInt(`0x${signRound(7).toString('hex')}`);
    expect([isGood(7, bits), isGood(7, bits ^ flag)]).toEqual([true, false]);
  });

  it.each([
    ['infinity', 0xc0n << 376n],
    ['a point of another round', BigInt(`0x${signRound(8).toString('hex')}`)],
  ])('is not %s', (_, bits) => expect(isGood(7, bits)).toBe(false));
});
