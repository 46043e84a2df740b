import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  beaconOf,
  entryBy,
  firstRoundAfter,
  frozenAtMs,
  generation,
  makeDraw,
  merkle,
  saleId,
  sha256,
  signRound,
  visitorIds,
} from './draw-maker.ts';
import { answerOf, askAbout, newKey, signReceipt, StandIn } from './stand-in.ts';

const visitors = visitorIds(7);
const round = firstRoundAfter(frozenAtMs);
const made = makeDraw(visitors, beaconOf(round));
const hex = (bytes: Buffer): string => bytes.toString('hex');
const stranger = entryBy(saleId, generation, 'added-afterwards');
const sorted = (entries: Buffer[]): Buffer[] => entries.toSorted(Buffer.compare);

let standIn: StandIn;
beforeAll(async () => {
  standIn = await StandIn.start(made);
});
beforeEach(() => standIn.show(made));
afterAll(() => standIn.stop());

const answer = (): Record<string, unknown> => answerOf(made);
/** `answer` with a changed beacon. */
const withBeacon = (beacon: object): Record<string, unknown> => ({ ...answer(), beacon: { ...made.beacon, ...beacon } });
const seqOf = (visitor: string): number => made.order.findIndex((entry) => entry.equals(entryBy(saleId, generation, visitor))) + 1;
const claimsOf = (visitor: string, claims: object = {}): object => ({ sub: hex(entryBy(saleId, generation, visitor)), ...claims });

describe('a true draw', () => {
  it('is proven, with the place of each visitor and a receipt for it', async () => {
    for (const visitorId of visitors) {
      const receipt = signReceipt(standIn.key, claimsOf(visitorId, { seq: seqOf(visitorId), root: hex(made.root) }));
      const asked = await askAbout(standIn, { visitorId, receipt });
      expect(asked).toMatchObject({ conclusion: 'proven', wrong: [], unproven: [] });
      expect(asked.checks.filter(({ code }) => code === 'place').map(({ text }) => text)).toEqual([
        expect.stringContaining(`place ${seqOf(visitorId)} of 7`),
        expect.stringContaining(`seq ${seqOf(visitorId)} of the receipt`),
      ]);
    }
  });

  it('is proven after a server that was busy for a moment', async () => {
    standIn.failures = 2;
    expect(await askAbout(standIn)).toMatchObject({ conclusion: 'proven' });
  });
});

describe('a forged draw', () => {
  it.each<[string, string[], () => Record<string, unknown> | void]>([
    ['another seed', ['seed_wrong'], () => ({ ...answer(), seed: hex(sha256('another seed')) })],
    ['another commitment', ['seed_wrong'], () => ({ ...answer(), commitment: hex(sha256(sha256('another seed'))) })],
    ['an entry added', ['entries_added'], () => void (standIn.entries = sorted([...made.roster, stranger]))],
    ['an entry removed', ['entries_missing'], () => void (standIn.entries = made.roster.slice(1))],
    [
      'an entry added, and counted',
      ['root_wrong'],
      () => {
        standIn.entries = sorted([...made.roster, stranger]);
        return { ...answer(), count: 8 };
      },
    ],
    ['an entry replaced', ['root_wrong'], () => void (standIn.entries = sorted([...made.roster.slice(1), stranger]))],
    [
      'two entries swapped',
      ['entries_unsorted', 'root_wrong'],
      () => void (standIn.entries = [made.roster[1]!, made.roster[0]!, ...made.roster.slice(2)]),
    ],
    [
      'an entry twice, with the root of that',
      ['entries_unsorted'],
      () => {
        standIn.entries = [made.roster[0]!, ...made.roster];
        return { ...answer(), count: 8, root: hex(merkle(standIn.entries)) };
      },
    ],
    ['the root of another roster', ['root_wrong'], () => ({ ...answer(), root: hex(merkle([...made.roster, stranger])) })],
    ['a freeze before the lobby closed', ['times_wrong'], () => ({ ...answer(), closedAt: new Date(frozenAtMs + 1).toISOString() })],
    ['the beacon of the next round', ['beacon_round_wrong'], () => ({ ...answer(), beacon: beaconOf(round + 1) })],
    ['the number of another round', ['beacon_round_wrong', 'beacon_signature_wrong'], () => withBeacon({ round: round - 1 })],
    [
      'the signature of another round',
      ['beacon_signature_wrong'],
      () => withBeacon({ signature: hex(signRound(round - 1)), randomness: hex(sha256(signRound(round - 1))) }),
    ],
    [
      'a signature that is no point',
      ['beacon_signature_wrong'],
      () => withBeacon({ signature: 'ab'.repeat(48), randomness: hex(sha256(Buffer.alloc(48, 0xab))) }),
    ],
    ['other randomness', ['beacon_randomness_wrong'], () => withBeacon({ randomness: hex(sha256('chosen')) })],
  ])('%s: %j', async (_, codes, forge) => {
    const forged = forge();
    if (forged !== undefined) standIn.draw = forged;
    const asked = await askAbout(standIn, { visitorId: visitors[0] });
    expect(asked).toMatchObject({ conclusion: 'wrong', wrong: codes });
    // Nobody is told a place by a draw that is wrong.
    expect(asked.right).not.toContain('place');
  });
});

describe('a draw that is not proven', () => {
  it.each<[string, string, () => StandIn['draw']]>([
    ['by arrival, or without a lobby', 'no_draw', () => ({ status: 404, code: 'no_draw' })],
    ['of a sale that is not there', 'unreachable', () => ({ status: 404, code: 'sale_not_found' })],
    [
      'before the lobby closes',
      'not_drawn',
      () => ({ algorithm: 'sunbeon-draw-v1', phase: 'committed', order: 'random', commitment: answer()['commitment'], generation }),
    ],
    ['while it waits for the beacon', 'not_drawn', () => ({ ...answer(), phase: 'frozen', seed: undefined, drawnAt: undefined })],
    [
      'without its beacon',
      'beacon_unavailable',
      () => ({
        ...answerOf(makeDraw(visitors)),
        beacon: { ...made.beacon, status: 'unavailable', randomness: undefined, signature: undefined },
      }),
    ],
    ['by a chain that nobody knows', 'beacon_unknown_chain', () => withBeacon({ chain: hex(sha256('mine')) })],
    ['without the seed', 'malformed', () => ({ ...answer(), seed: undefined })],
    ['without the randomness of its beacon', 'malformed', () => withBeacon({ randomness: undefined })],
    ['over before its beacon was there', 'malformed', () => withBeacon({ status: 'pending' })],
    ['with half a root', 'malformed', () => ({ ...answer(), root: hex(made.root).slice(2) })],
    ['by another algorithm', 'malformed', () => ({ ...answer(), algorithm: 'sunbeon-draw-v2' })],
  ])('%s: %s', async (_, code, show) => {
    standIn.draw = show();
    expect(await askAbout(standIn)).toMatchObject({ conclusion: 'not proven', wrong: [], unproven: expect.arrayContaining([code]) });
  });

  it('checks roster and root while the seed is still secret', async () => {
    standIn.draw = {
      ...answer(),
      phase: 'frozen',
      seed: undefined,
      beacon: { ...made.beacon, status: 'pending', randomness: undefined, signature: undefined },
    };
    expect(await askAbout(standIn)).toMatchObject({
      right: ['times', 'entries', 'root', 'beacon_round'],
      unproven: ['beacon_pending', 'not_drawn'],
    });
  });

  it('tells the place in a draw without its beacon, which is still unproven', async () => {
    const without = makeDraw(visitors);
    standIn.draw = { ...answerOf(without), beacon: { ...made.beacon, status: 'unavailable', randomness: undefined, signature: undefined } };
    const asked = await askAbout(standIn, { visitorId: visitors[3] });
    const place = without.order.findIndex((entry) => entry.equals(entryBy(saleId, generation, visitors[3]!))) + 1;
    expect(asked).toMatchObject({ conclusion: 'not proven', unproven: ['beacon_unavailable'] });
    expect(asked.checks.at(-1)!.text).toContain(`place ${place} of 7`);
  });

  it('must have an end: a page behind the last one is no 404', async () => {
    standIn.isEndless = true;
    const asked = await askAbout(standIn);
    standIn.isEndless = false;
    expect(asked).toMatchObject({ conclusion: 'not proven', unproven: ['malformed'] });
  });

  it('does not believe the chain of a file that is not given', async () => {
    expect(await askAbout(standIn, { chain: undefined })).toMatchObject({ conclusion: 'not proven', unproven: ['beacon_unknown_chain'] });
  });

  it('says that nothing answers', async () => {
    const gone = await StandIn.start(made);
    await gone.stop();
    const address = { saleId, api: `http://127.0.0.1:1/api/sales/${saleId}`, keys: 'http://127.0.0.1:1/' };
    expect(await askAbout(standIn, { address } as object)).toMatchObject({ conclusion: 'not proven', unproven: ['unreachable'] });
  });
});

describe('a receipt', () => {
  const lobby = { commitment: hex(sha256(made.seed)), joinedAt: '2026-11-28T09:59:00.000Z' };
  it.each<[string, string, string, (key: StandIn['key']) => string]>([
    [
      'of another seq than the lots give',
      'wrong',
      'receipt_seq_wrong',
      (key) => signReceipt(key, claimsOf(visitors[0]!, { seq: (seqOf(visitors[0]!) % 7) + 1 })),
    ],
    [
      'of a seq in the lobby for an entry that is not in it',
      'wrong',
      'receipt_entry_missing',
      (key) => signReceipt(key, { sub: hex(stranger), seq: 3 }),
    ],
    [
      'of another roster',
      'wrong',
      'receipt_root_wrong',
      (key) => signReceipt(key, claimsOf(visitors[0]!, { seq: seqOf(visitors[0]!), root: hex(stranger) })),
    ],
    [
      'of another commitment',
      'wrong',
      'receipt_commitment_wrong',
      (key) => signReceipt(key, claimsOf(visitors[0]!, { ...lobby, commitment: hex(stranger) })),
    ],
    [
      'signed by another key under the same id',
      'wrong',
      'receipt_forged',
      ({ kid }) => signReceipt(newKey(kid), claimsOf(visitors[0]!, lobby)),
    ],
    [
      'with changed claims',
      'wrong',
      'receipt_forged',
      (key) =>
        signReceipt(key, claimsOf(visitors[0]!, lobby)).replace(
          /\.[^.]+\./,
          `.${signReceipt(key, claimsOf(visitors[1]!, lobby)).split('.')[1]}.`,
        ),
    ],
    [
      'signed by a key that is not published',
      'not proven',
      'receipt_unknown_key',
      () => signReceipt(newKey('key-2'), claimsOf(visitors[0]!, lobby)),
    ],
    [
      'of another sale',
      'not proven',
      'receipt_other_sale',
      (key) => signReceipt(key, claimsOf(visitors[0]!, { aud: 'sunbeon:sale:other' })),
    ],
    [
      'of a deleted sale of the same name',
      'not proven',
      'receipt_other_generation',
      (key) => signReceipt(key, claimsOf(visitors[0]!, { generation: generation - 1 })),
    ],
    ['that is a pass', 'not proven', 'receipt_malformed', (key) => signReceipt(key, claimsOf(visitors[0]!), { typ: 'sunbeon-pass+jwt' })],
    ['without a signature', 'not proven', 'receipt_malformed', (key) => signReceipt(key, claimsOf(visitors[0]!), { alg: 'none' })],
    ['that is no text', 'not proven', 'receipt_malformed', () => '\0'],
    ['of the lobby, not in the roster', 'not proven', 'left_or_left_out', (key) => signReceipt(key, { sub: hex(stranger), ...lobby })],
    ['of one who left and joined again', 'not proven', 'receipt_rejoined', (key) => signReceipt(key, claimsOf(visitors[0]!, { seq: 8 }))],
  ])('%s: %s, %s', async (_, conclusion, code, receiptBy) => {
    const asked = await askAbout(standIn, { receipt: receiptBy(standIn.key) });
    expect(asked.conclusion).toBe(conclusion);
    expect([...asked.wrong, ...asked.unproven]).toEqual([code]);
  });

  it.each<[string, string, (key: StandIn['key']) => string]>([
    ['of the lobby', 'place', (key) => signReceipt(key, claimsOf(visitors[0]!, lobby))],
    ['as the API answers it', 'place', (key) => JSON.stringify({ receipt: signReceipt(key, claimsOf(visitors[0]!, lobby)) })],
    [
      'of one who joined after the lobby',
      'receipt_after_lobby',
      (key) => `${signReceipt(key, { sub: hex(stranger), seq: 8, root: hex(made.root) })}\n`,
    ],
  ])('%s agrees', async (_, code, receiptBy) => {
    const asked = await askAbout(standIn, { receipt: receiptBy(standIn.key) });
    expect(asked.conclusion).toBe('proven');
    expect(asked.checks.at(-1)!.code).toBe(code);
  });

  it('of another visitor than the one asked for is said so', async () => {
    const receipt = signReceipt(standIn.key, claimsOf(visitors[0]!, lobby));
    expect(await askAbout(standIn, { visitorId: visitors[1], receipt })).toMatchObject({ unproven: ['receipt_other_visitor'] });
  });
});
