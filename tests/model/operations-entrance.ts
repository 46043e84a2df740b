import fc from 'fast-check';
import type { Asks } from './model-entrance.ts';

/** What one joiner shows. Names are small numbers, so that they meet each other often. */
export interface Shows {
  visitor: number;
  /** A token of a deleted sale of the same id. */
  old?: boolean;
  /** A challenge that was solved just now, one of the last ones, one of another generation, or something else. */
  proof?: 'new' | 'foreign' | 'fault' | number;
  member?: number;
  memberFault?: boolean;
  /** Version of the sale by which the member token was checked. */
  settings?: 'now' | 'old';
  limited?: boolean;
  code?: number;
  key?: number;
  body?: number;
}
export type EntranceOperation =
  | { do: 'enter'; joiners: Shows[] }
  | ({ do: 'changeEntrance' } & Partial<Asks>)
  /** The ticks see so many joins, or none, at a sale that asks for proofs by itself. */
  | { do: 'rush'; level: number }
  | { do: 'makeCodes'; codes: number[]; uses: number; key: number | null }
  | { do: 'deleteCode'; code: number }
  | { do: 'makeTransfer'; visitor: number; old: boolean; times: number }
  | { do: 'takeTransfer'; transfer: number };

const word = fc.constant;
const step = <T extends EntranceOperation>(shape: fc.Arbitrary<T>, weight: number) => ({
  arbitrary: shape as fc.Arbitrary<EntranceOperation>,
  weight,
});
const code = fc.nat(5);
/** Mostly what a sale that asks for everything wants. */
const shows: fc.Arbitrary<Shows> = fc
  .record({
    visitor: fc.nat(23),
    old: fc.nat(24),
    proof: fc.constantFrom<(Shows['proof'] | null)[]>('new', 'new', 'new', 'new', 'new', 0, 1, 2, 5, 'foreign', 'fault', null),
    member: fc.option(fc.nat(7), { freq: 4 }),
    memberFault: fc.boolean(),
    settings: fc.constantFrom<(Shows['settings'] | null)[]>('now', 'now', 'now', null, null, 'old'),
    limited: fc.nat(5),
    code: fc.option(code, { freq: 5 }),
    key: fc.option(fc.nat(4), { freq: 2 }),
    body: fc.nat(5),
  })
  .map(({ visitor, old, proof, member, memberFault, settings, limited, code: shown, key, body }) => ({
    visitor,
    ...(old === 0 ? { old: true } : {}),
    ...(proof === null ? {} : { proof: proof! }),
    ...(member !== null ? { member } : memberFault ? { memberFault } : {}),
    ...(settings === null ? {} : { settings: settings! }),
    ...(limited === 0 ? { limited: true } : {}),
    ...(shown === null ? {} : { code: shown }),
    ...(key === null ? {} : { key, body: body === 0 ? 1 : 0 }),
  }));

const asks = {
  identity: fc.constantFrom<Asks['identity'][]>('none', 'none', 'member'),
  access: fc.constantFrom<Asks['access'][]>('open', 'code', 'code'),
  proofOfWork: fc.constantFrom<Asks['proofOfWork'][]>('off', 'on', 'auto'),
};
const makeCodes = fc.record({
  do: word('makeCodes' as const),
  codes: fc.uniqueArray(code, { minLength: 1, maxLength: 4 }),
  uses: fc.integer({ min: 1, max: 3 }),
  key: fc.option(fc.nat(3), { freq: 2 }),
});

export const entranceOperation: fc.Arbitrary<EntranceOperation> = fc.oneof(
  step(fc.record({ do: word('enter' as const), joiners: fc.array(shows, { minLength: 1, maxLength: 5 }) }), 24),
  step(fc.record({ do: word('changeEntrance' as const), ...asks }, { requiredKeys: ['do'] }), 3),
  step(fc.record({ do: word('rush' as const), level: fc.nat(2) }), 2),
  step(makeCodes, 3),
  step(fc.record({ do: word('deleteCode' as const), code }), 2),
  step(
    fc.record({
      do: word('makeTransfer' as const),
      visitor: fc.nat(23),
      old: fc.nat(9).map((n) => n === 0),
      times: fc.constantFrom(1, 1, 1, 1, 11),
    }),
    5,
  ),
  step(fc.record({ do: word('takeTransfer' as const), transfer: fc.nat(5) }), 5),
);
/** Times around the ends of keys, challenges and transfers. */
export const entranceWait = fc.constantFrom(1_000, 10_000, 30_000, 59_999, 60_000, 119_999, 120_000, 3_600_000, -10_000, -10_000);

/** What a sale with an entrance asks for at first, and its first codes. */
export const entranceBegins: fc.Arbitrary<EntranceOperation[]> = fc.tuple(
  fc.record({ do: word('changeEntrance' as const), ...asks }),
  makeCodes,
  makeCodes,
);
