import type { SaleVerb } from '@sunbeon/contracts';
import fc from 'fast-check';
import { entranceBegins, entranceOperation, entranceWait, type EntranceOperation } from './operations-entrance.ts';

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
  /** A whole stay of one inside: ticket, redemption, end. */
  | { do: 'throughGate'; inside: number; outcome: 'purchased' | 'abandoned' }
  | { do: 'shopConfirm' | 'shopRelease'; hold: number }
  | { do: 'cancelOrder'; purchase: number; restock: boolean }
  | { do: 'checkIn'; purchase: number; key: number | null }
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
  /** Settings of the lobby, and the opening. */
  | {
      do: 'changeLobby';
      lobbyOpensInMs?: number | null;
      opensInMs?: number | null;
      lobbyOrder?: 'random' | 'arrival';
      drawBeacon?: 'none' | 'drand';
    }
  /**
   * One step of a draw: the next one or any, by the present leader (null) or with the epoch that an instance once knew. `wrong`: of a leader that
   * computed something else.
   */
  | { do: 'draw'; step: 'next' | 'roster' | 'freeze' | 'beacon' | 'page'; by: number | null; page: number; found: boolean; wrong: boolean }
  | EntranceOperation
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
  step(fc.record({ do: word('cancelOrder' as const), purchase: fc.nat(9), restock: fc.boolean() }), 4),
  step(fc.record({ do: word('checkIn' as const), purchase: fc.nat(9), key: fc.option(fc.nat(2)) }), 2),
  step(fc.record({ do: word('shopConfirm' as const), hold: fc.nat(3) }), 3),
  step(fc.record({ do: word('shopRelease' as const), hold: fc.nat(3) }), 1),
  step(
    fc.record({ do: word('addStock' as const), add: fc.integer({ min: -12, max: 12 }).filter((n) => n !== 0), key: fc.option(fc.nat(3)) }),
    1,
  ),
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

const entranceWaits = fc.record({ do: word('wait' as const), ms: entranceWait });

/** Of a sale with a lobby. */
const rarely = fc.nat(3).map((n) => n === 0);
const lobbyOperation: fc.Arbitrary<Operation> = fc.oneof(
  step(fc.record({ do: word('join' as const), visitors }), 8),
  step(fc.record({ do: word('leave' as const), visitor }), 4),
  step(fc.record({ do: word('places' as const), visitors }), 3),
  step(fc.record({ do: word('wait' as const), ms: fc.integer({ min: 0, max: 2_000 }) }), 4),
  step(fc.record({ do: word('lead' as const), instance }), 2),
  step(fc.record({ do: word('leaseEnds' as const) }), 1),
  step(fc.record({ do: word('status' as const), verb: fc.constantFrom<SaleVerb[]>('open', 'pause', 'resume', 'resume', 'close') }), 2),
  step(
    fc.record({
      do: word('draw' as const),
      step: fc.constantFrom(
        'next' as const,
        'next' as const,
        'next' as const,
        'roster' as const,
        'freeze' as const,
        'beacon' as const,
        'page' as const,
      ),
      by: fc.option(instance, { freq: 2 }),
      page: fc.nat(4),
      found: fc.boolean(),
      wrong: rarely,
    }),
    16,
  ),
  step(
    fc.record(
      {
        do: word('changeLobby' as const),
        lobbyOpensInMs: fc.constantFrom<(number | null)[]>(null, -500, 1_000, 5_000),
        opensInMs: fc.constantFrom<(number | null)[]>(null, -1_000, 0, 2_000, 4_000, 30_000),
        lobbyOrder: fc.constantFrom('random' as const, 'random' as const, 'arrival' as const),
        drawBeacon: fc.constantFrom('none' as const, 'drand' as const),
      },
      { requiredKeys: ['do'] },
    ),
    3,
  ),
  step(fc.record({ do: word('again' as const) }), 3),
);

/** Which lobby a sale begins with, by its stock: every fourth one has none. */
const lobbies = [
  null,
  ['random', 'none'],
  ['random', 'drand'],
  ['arrival', 'none'],
  null,
  ['random', 'none'],
  ['random', 'drand'],
  ['random', 'none'],
] as const;
/** One sale in five. */
export const isGate = (stock: number): boolean => stock % 5 === 4;
export const lobbyOf = (stock: number) => lobbies[stock % lobbies.length] ?? null;

/** Operations of one sale; shorter ones are tried when a fault was found. */
export const operationsPerSale = 400;
const many = (of: fc.Arbitrary<Operation>) => fc.array(of, { minLength: operationsPerSale, maxLength: operationsPerSale, size: 'max' });
/** Mostly what happens to a lobby, at first: it opens and is drawn once in the life of a sale. */
const lobbyOperations = 150;
const withLobby = fc
  .tuple(
    fc.array(fc.oneof({ arbitrary: operation, weight: 1 }, { arbitrary: lobbyOperation, weight: 8 }), {
      minLength: lobbyOperations,
      maxLength: lobbyOperations,
      size: 'max',
    }),
    many(operation),
  )
  .map(([first, then]) => [...first, ...then.slice(lobbyOperations)]);
const withoutLobby = many(operation);
const stock = fc.integer({ min: 0, max: 40 });
/** Stays that the shop ends, whose uses of codes are given back or kept: rare, if they are not asked for. */
const gateOperation: fc.Arbitrary<Operation> = fc.oneof(
  step(fc.record({ do: word('lead' as const), instance: word(0) }), 1),
  step(fc.record({ do: word('tick' as const), instance: word(0), cap }), 4),
  step(
    fc.record({
      do: word('throughGate' as const),
      inside: fc.nat(5),
      outcome: fc.constantFrom('purchased' as const, 'abandoned' as const),
    }),
    6,
  ),
);
/** Of a sale with an entrance: half of all is of what it asks for. */
const withEntrance = (of: fc.Arbitrary<Operation[]>, isGate: boolean): fc.Arbitrary<Operation[]> =>
  fc
    .tuple(
      entranceBegins,
      of,
      fc.array(
        fc.option(
          fc.oneof(
            { arbitrary: entranceOperation, weight: 12 },
            { arbitrary: entranceWaits, weight: 1 },
            { arbitrary: gateOperation, weight: isGate ? 12 : 0 },
          ),
          { freq: 2 },
        ),
        {
          minLength: operationsPerSale,
          maxLength: operationsPerSale,
          size: 'max',
        },
      ),
    )
    .map(([begins, steps, instead]) => [...begins, ...steps.slice(begins.length).map((operation, i) => instead[i] ?? operation)]);

/** Sales without an entrance, and with one. */
export type RunsOf = 'line' | 'entrance';
/** A stock, and what happens to its sale. */
export const saleRuns = (of: RunsOf) =>
  stock.chain((n) => {
    const steps = lobbyOf(n) ? withLobby : withoutLobby;
    return fc.tuple(fc.constant(n), of === 'line' ? steps : withEntrance(steps, isGate(n)));
  });
