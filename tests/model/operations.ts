import type { SaleVerb } from '@sunbeon/contracts';
import fc from 'fast-check';

/** One step of a random run. Names are small numbers, so that they meet each other often. */
export type Operation =
  | { do: 'join' | 'claim' | 'places'; visitors: number[] }
  | { do: 'leave'; visitor: number }
  | { do: 'lead'; instance: number }
  | { do: 'leaseEnds' }
  /** A whole tick of an instance with the epoch it last knew: late, doubled and stale ticks included. */
  | { do: 'tick'; instance: number; cap: number }
  | { do: 'admitMore'; instance: number; cap: number }
  | { do: 'expire' | 'expireHolds'; cap: number }
  | { do: 'purchase'; items: { visitor: number; quantity: number; key: number }[] }
  | { do: 'hold'; visitor: number; quantity: number; key: number }
  | { do: 'confirm' | 'release'; visitor: number; hold: number }
  | { do: 'ticket'; visitor: number }
  | { do: 'redeem'; ticket: number; key: number | null }
  | { do: 'extend'; pass: number; key: number | null }
  | { do: 'complete'; pass: number; outcome: 'purchased' | 'abandoned' }
  | { do: 'readPass'; pass: number }
  | { do: 'shopConfirm' | 'shopRelease'; hold: number }
  | { do: 'addStock'; add: number; key: number | null }
  | {
      do: 'change';
      stale: boolean;
      admitPerSecond?: number;
      activeLimit?: number;
      claimSeconds?: number;
      sessionSeconds?: number;
      holdSeconds?: number;
      perVisitorLimit?: number;
      closesInMs?: number | null;
    }
  | { do: 'status'; verb: SaleVerb }
  | { do: 'wait'; ms: number }
  /** The step before, once more, to the letter: a client or a service that lost the answer. */
  | { do: 'again' };

const visitor = fc.nat(23);
const visitors = fc.array(visitor, { minLength: 1, maxLength: 6 });
const instance = fc.nat(3);
const cap = fc.integer({ min: 1, max: 6 });
const quantity = fc.integer({ min: 1, max: 4 });
const key = fc.nat(5);
const step = <T extends Operation>(shape: fc.Arbitrary<T>, weight: number) => ({ arbitrary: shape as fc.Arbitrary<Operation>, weight });
const word = fc.constant;

export const operation: fc.Arbitrary<Operation> = fc.oneof(
  step(fc.record({ do: word('join' as const), visitors }), 14),
  step(fc.record({ do: word('claim' as const), visitors }), 8),
  step(fc.record({ do: word('places' as const), visitors }), 3),
  step(fc.record({ do: word('leave' as const), visitor }), 5),
  step(fc.record({ do: word('lead' as const), instance }), 4),
  step(fc.record({ do: word('leaseEnds' as const) }), 2),
  step(fc.record({ do: word('tick' as const), instance, cap }), 16),
  step(fc.record({ do: word('admitMore' as const), instance, cap }), 3),
  step(fc.record({ do: word('expire' as const), cap }), 3),
  step(fc.record({ do: word('expireHolds' as const), cap }), 3),
  step(
    fc.record({ do: word('purchase' as const), items: fc.array(fc.record({ visitor, quantity, key }), { minLength: 1, maxLength: 4 }) }),
    10,
  ),
  step(fc.record({ do: word('hold' as const), visitor, quantity, key }), 10),
  step(fc.record({ do: word('confirm' as const), visitor, hold: fc.nat(7) }), 6),
  step(fc.record({ do: word('release' as const), visitor, hold: fc.nat(7) }), 3),
  step(fc.record({ do: word('ticket' as const), visitor }), 9),
  step(fc.record({ do: word('redeem' as const), ticket: fc.nat(2), key: fc.option(fc.nat(2)) }), 12),
  step(fc.record({ do: word('extend' as const), pass: fc.nat(2), key: fc.option(fc.nat(2)) }), 8),
  step(
    fc.record({
      do: word('complete' as const),
      pass: fc.nat(5),
      outcome: fc.constantFrom('purchased' as const, 'purchased' as const, 'abandoned' as const),
    }),
    5,
  ),
  step(fc.record({ do: word('readPass' as const), pass: fc.nat(7) }), 3),
  step(fc.record({ do: word('shopConfirm' as const), hold: fc.nat(3) }), 3),
  step(fc.record({ do: word('shopRelease' as const), hold: fc.nat(3) }), 1),
  step(fc.record({ do: word('addStock' as const), add: fc.integer({ min: 1, max: 12 }), key: fc.option(fc.nat(3)) }), 1),
  step(
    fc.record(
      {
        do: word('change' as const),
        stale: fc.boolean(),
        admitPerSecond: fc.constantFrom(0.1, 7 / 60, 0.25, 1, 61 / 60, 3, 20),
        activeLimit: fc.integer({ min: 1, max: 12 }),
        claimSeconds: fc.integer({ min: 1, max: 8 }),
        sessionSeconds: fc.integer({ min: 1, max: 20 }),
        holdSeconds: fc.integer({ min: 1, max: 10 }),
        perVisitorLimit: fc.integer({ min: 1, max: 8 }),
        closesInMs: fc.constantFrom<(number | null)[]>(null, 500, 20_000),
      },
      { requiredKeys: ['do', 'stale'] },
    ),
    2,
  ),
  step(
    fc.record({ do: word('status' as const), verb: fc.constantFrom<SaleVerb[]>('open', 'open', 'pause', 'resume', 'resume', 'close') }),
    3,
  ),
  step(
    fc.record({ do: word('wait' as const), ms: fc.oneof(fc.integer({ min: 0, max: 2_000 }), fc.constantFrom(1_000, 3_600_000, -10_000)) }),
    14,
  ),
  step(fc.record({ do: word('again' as const) }), 6),
);

/** Operations of one sale; shorter ones are tried when a fault was found. */
export const operationsPerSale = 400;
export const operations = fc.array(operation, { minLength: operationsPerSale, maxLength: operationsPerSale, size: 'max' });
