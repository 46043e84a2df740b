import type { Beacon } from './answer.ts';
import { isSignedBy, quicknet, randomnessOf, roundAfter, timeOfRoundMs, type Chain } from './beacon.ts';
import { note, right, unproven, wrong, type Check } from './check.ts';

const iso = (ms: number): string => new Date(ms).toISOString();

/** Whether the randomness is that of the right round of a known chain. */
export const checkBeacon = (beacon: Beacon | null, frozenAtMs: number, other?: Chain): Check[] => {
  if (beacon === null) return [note('no_beacon', 'the draw has no beacon: the seed alone decides')];
  const chain = [quicknet, other].find((known) => known?.chain === beacon.chain);
  if (chain === undefined) {
    return [unproven('beacon_unknown_chain', `chain ${beacon.chain} is not quicknet; another one is checked with --beacon <file>`)];
  }

  const expected = roundAfter(chain, frozenAtMs);
  const round =
    beacon.round === expected
      ? right(
          'beacon_round',
          `round ${expected} of ${chain.network}, published at ${iso(timeOfRoundMs(chain, expected))}, is the first more than 3 s after the freeze`,
        )
      : wrong('beacon_round_wrong', `the draw names round ${beacon.round}; the first more than 3 s after the freeze is round ${expected}`);
  if (beacon.status === 'unavailable') {
    return [
      round,
      unproven('beacon_unavailable', 'the draw went on without its beacon: whoever cut the line to it could choose between two orders'),
    ];
  }
  const { randomness, signature } = beacon;
  if (randomness === null || signature === null) {
    return [round, unproven('beacon_pending', `round ${beacon.round} is not shown yet`)];
  }

  const checks = [round];
  checks.push(
    isSignedBy(chain, beacon.round, signature)
      ? right('beacon_signature', `the BLS signature of round ${beacon.round} is that of ${chain.network}`)
      : wrong('beacon_signature_wrong', `the signature is not that of ${chain.network} for round ${beacon.round}`),
  );
  if (!randomnessOf(signature).equals(randomness))
    checks.push(wrong('beacon_randomness_wrong', 'randomness is not SHA-256 of the signature'));
  return checks;
};
