import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { quicknet, isSignature, roundAfter } from '../src/draw/drand.ts';
import { newSeed } from '../src/draw/seed.ts';
import { createLobbyDraw } from '../src/draw/lobby-draw.ts';
import { sha256 } from '../../../tests/fixtures/draw.ts';

interface Vector {
  saleId: string;
  generation: number;
  visitors: { visitorId: string; entry: string }[];
  seed: string;
  roster: string[];
  root: string;
  beacon?: { round: number; randomness: string; signature: string };
  order: { seq: number; visitorId: string }[];
}
const read = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../../../packages/verify/vectors/${name}.json`, import.meta.url), 'utf8')) as T;

describe('the vectors of the verifier, which another implementation made', () => {
  it.each(['empty', 'one', 'seven', 'seven-with-beacon'])('%s', (name) => {
    const { saleId, generation, visitors, seed, roster, root, beacon, order } = read<Vector>(name);
    const draw = createLobbyDraw({ saleId, generation });
    draw.add(visitors.map(({ visitorId }) => visitorId));
    expect(draw.freeze()).toEqual({ count: visitors.length, root });
    expect(Buffer.from(draw.rosterPage(0)).toString('hex')).toBe(roster.join(''));
    draw.order(Buffer.from(seed, 'hex'), beacon ? Buffer.from(beacon.randomness, 'hex') : null);
    expect(draw.orderPage(1, 100)).toEqual(order.map(({ visitorId }) => visitorId));
    if (beacon) expect(isSignature(quicknet, beacon.round, beacon.signature)).toBe(true);
  });

  it('rounds by the freeze', () => {
    const rounds = read<{ rounds: { frozenAt: string; round: number }[] }>('rounds').rounds;
    expect(rounds.length).toBeGreaterThan(3);
    for (const { frozenAt, round } of rounds) expect([frozenAt, roundAfter(Date.parse(frozenAt), quicknet)]).toEqual([frozenAt, round]);
  });
});

it('a fresh seed has its own commitment, and no seed comes twice', () => {
  const [[seed, commitment], [another]] = [newSeed(), newSeed()];
  expect(sha256(seed).toString('hex')).toBe(commitment);
  expect(seed).toHaveLength(32);
  expect(seed.equals(another)).toBe(false);
});
