import { describe, expect, it } from '@jest/globals';
import { createDrandNetwork } from '../../../tests/fixtures/drand.ts';
import type { Beacon, BeaconClient } from '../src/draw/drand.ts';
import { shareRounds } from '../src/draw/share-rounds.ts';

const { chain, beaconOf } = createDrandNetwork();
type Options = Parameters<BeaconClient['fetch']>[1];

/** A client that answers when the test says so. */
const start = () => {
  const asked: { round: number; options: Options; answer: (found: Beacon | null) => void }[] = [];
  const shared = shareRounds({
    chain,
    fetch: (round, options) => new Promise((answer) => asked.push({ round, options, answer })),
  });
  return { asked, shared };
};
const soon = (ms: number): Options => ({ untilMs: performance.now() + ms });

describe('the rounds that draws wait for', () => {
  it('are each asked for once, and every draw gets the answer', async () => {
    const { asked, shared } = start();
    const draws = [shared.fetch(7, soon(5_000)), shared.fetch(7, soon(9_000)), shared.fetch(8, soon(5_000))];
    expect(asked.map(({ round }) => round)).toEqual([7, 8]);
    for (const { round, answer } of asked) answer(beaconOf(round));
    expect(await Promise.all(draws)).toEqual([beaconOf(7), beaconOf(7), beaconOf(8)]);
  });

  it('end for a draw at its own deadline or abort; the last one that leaves ends the requests', async () => {
    const { asked, shared } = start();
    const lost = new AbortController();
    const draws = [shared.fetch(7, { ...soon(5_000), signal: lost.signal }), shared.fetch(7, soon(20)), shared.fetch(7, soon(200))];
    lost.abort();
    expect(await Promise.all(draws.slice(0, 2))).toEqual([null, null]);
    const { signal } = asked[0]!.options;
    expect(signal!.aborted).toBe(false);
    expect(await draws[2]).toBeNull();
    expect(signal!.aborted).toBe(true);
    // A leader that comes later asks anew.
    const later = shared.fetch(7, soon(5_000));
    asked[1]!.answer(beaconOf(7));
    expect(await later).toEqual(beaconOf(7));
    expect(await shared.fetch(9, { ...soon(5_000), signal: AbortSignal.abort() })).toBeNull();
    expect(asked).toHaveLength(2);
  });

  it('are checked in a thread', async () => {
    const { asked, shared } = start();
    const draw = shared.fetch(7, soon(10_000));
    const { verify } = asked[0]!.options;
    expect(await verify!(chain, 7, beaconOf(7).signature)).toBe(true);
    expect(await verify!(chain, 8, beaconOf(7).signature)).toBe(false);
    asked[0]!.answer(null);
    expect(await draw).toBeNull();
  });
});
