import type { JoinOptions } from '@sunbeon/client';
import type { Operator } from '@sunbeon/client/operator';
import { codeAlphabet, limits, type CreateSale } from '@sunbeon/contracts';
import type { Random } from '../../../tests/chaos/random.ts';
import { createShop } from './member-tokens.ts';
import type { BotOptions } from './options.ts';

/** What is shown at a join, beside a proof. */
type Shown = Pick<JoinOptions, 'member' | 'code'>;
export interface Entrance {
  name: 'nothing' | 'proof' | 'members' | 'codes';
  title: string;
  /** Settings of the sale. */
  settings: Partial<CreateSale>;
  /** After the sale was created. */
  prepare: (
    operator: Operator,
    saleId: string,
  ) => Promise<{
    /** Called once for each person. */
    person: (person: number) => Shown;
    /** `attempt` and `turn` from 0. The first attempts use what the scripts have, the others guess. */
    script: (attempt: number, turn: number) => Shown;
  }>;
}

const nothing = { person: () => ({}), script: () => ({}) };
const lettersOfCode = 10;

/** The four settings of an entrance, in the order of the report. */
export const entrancesOf = ({ people, proof, proofSeconds, botAccounts, botCodes }: BotOptions, random: Random): Entrance[] => {
  const shop = createShop();
  return [
    { name: 'nothing', title: 'nothing asked', settings: {}, prepare: async () => nothing },
    {
      name: 'proof',
      title: `proof of work: ${proof}, ${proofSeconds} s`,
      settings: { proofOfWork: proof, proofOfWorkSeconds: proofSeconds },
      prepare: async () => nothing,
    },
    {
      name: 'members',
      title: 'members',
      settings: { identity: 'member', members: shop.members },
      prepare: async () => ({
        person: (person) => ({ member: shop.tokenOf(`person-${person}`) }),
        script: (attempt, turn) => {
          if (attempt < botAccounts) return { member: shop.tokenOf(`account-${attempt}`) };
          const guesses = [
            () => ({ member: shop.forged(`account-${attempt}`) }),
            () => (botAccounts === 0 ? {} : { member: shop.tokenOf(`account-${attempt % botAccounts}`) }),
            () => ({}),
          ];
          return guesses[turn % guesses.length]!();
        },
      }),
    },
    {
      name: 'codes',
      title: 'access codes',
      settings: { access: 'code' },
      prepare: async (operator, saleId) => {
        const codes: string[] = [];
        while (codes.length < people + botCodes) {
          const made = await operator.makeCodes(saleId, { count: Math.min(limits.codesPerCall, people + botCodes - codes.length) });
          if (!made.ok) throw new Error(`No codes could be made: ${made.failure.code}`);
          codes.push(...made.value.codes.map(({ code }) => code));
        }
        const guess = (): string => Array.from({ length: lettersOfCode }, () => random.of([...codeAlphabet])).join('');
        return {
          person: (person) => ({ code: codes[person]! }),
          script: (attempt, turn) => {
            if (attempt < botCodes && turn === 0) return { code: codes[people + attempt]! };
            return { code: turn % 2 === 0 || botCodes === 0 ? guess() : codes[people + (attempt % botCodes)]! };
          },
        };
      },
    },
  ];
};
