// npm run vectors -w packages/verify: writes vectors/*.json by the verifier's own code. vectors.unit.test.ts compares them with a second implementation.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { quicknet, roundAfter, timeOfRoundMs } from '../src/beacon.ts';
import { commitmentOf, countOf, entryAt, entryOf, keyOf, leavesOf, lotsOf, orderOf, rootOf } from '../src/draw.ts';

const folder = join(import.meta.dirname, '../vectors');
const saleId = 'concert_2026';
const generation = 1_692_806_000_123;
const seed = createHash('sha256').update('sunbeon-draw-v1 test vectors').digest();
/** Round 1000 of quicknet is the first later than this + 3 s. */
const frozenAtMs = 1_692_806_359_123;
const signature = 'b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39';
const randomness = createHash('sha256').update(Buffer.from(signature, 'hex')).digest('hex');

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const listOf = (bytes: Buffer): string[] => Array.from({ length: countOf(bytes) }, (_, i) => hex(entryAt(bytes, i)));

const vectorOf = (description: string, count: number, hasBeacon: boolean): object => {
  const visitors = Array.from({ length: count }, (_, i) => {
    const visitorId = createHash('sha256')
      .update(`visitor ${i + 1}`)
      .digest()
      .subarray(0, 16)
      .toString('base64url');
    return { visitorId, entry: entryOf(saleId, generation, visitorId) };
  });
  const roster = Buffer.concat(visitors.map(({ entry }) => entry).toSorted(Buffer.compare));
  const root = rootOf(roster);
  const key = keyOf(seed, root, hasBeacon ? Buffer.from(randomness, 'hex') : undefined);
  const lots = lotsOf(key, roster);
  const visitorOf = (entry: Buffer): string => visitors.find((visitor) => visitor.entry.equals(entry))!.visitorId;
  return {
    description,
    saleId,
    generation,
    visitors: visitors.map(({ visitorId, entry }) => ({ visitorId, entry: hex(entry) })),
    seed: hex(seed),
    commitment: hex(commitmentOf(seed)),
    roster: listOf(roster),
    leaves: listOf(leavesOf(roster)),
    root: hex(root),
    frozenAt: new Date(frozenAtMs).toISOString(),
    ...(hasBeacon
      ? { beacon: { network: quicknet.network, chain: quicknet.chain, round: roundAfter(quicknet, frozenAtMs), randomness, signature } }
      : {}),
    key: hex(key),
    lots: listOf(lots),
    order: Array.from(orderOf(lots), (index, i) => {
      const entry = entryAt(roster, index);
      return { seq: i + 1, visitorId: visitorOf(entry), entry: hex(entry), lot: hex(entryAt(lots, index)) };
    }),
  };
};

const rounds = [
  ['in the middle of a round', 1_692_806_359_123],
  ['frozenAt + 3 s is the time of round 1000: the next one counts', 1_692_806_361_000],
  ['one millisecond earlier', 1_692_806_360_999],
  ['one millisecond later', 1_692_806_361_001],
  ['three seconds before genesis', 1_692_803_364_000],
  ['in 2026', 1_795_860_000_250],
].map(([description, atMs]) => {
  const round = roundAfter(quicknet, atMs as number);
  return {
    description,
    frozenAt: new Date(atMs as number).toISOString(),
    round,
    roundAt: new Date(timeOfRoundMs(quicknet, round)).toISOString(),
  };
});

const files = {
  'seven.json': vectorOf('seven visitors, no beacon', 7, false),
  'seven-with-beacon.json': vectorOf('the same visitors, with round 1000 of quicknet', 7, true),
  'one.json': vectorOf('one visitor, no beacon: the root is the leaf', 1, false),
  'empty.json': vectorOf('nobody in the lobby, no beacon: the root is SHA-256 of nothing', 0, false),
  'rounds.json': { description: 'round of quicknet by the time of the freeze', chain: quicknet, rounds },
};
for (const [name, value] of Object.entries(files)) writeFileSync(join(folder, name), `${JSON.stringify(value, null, 2)}\n`);
