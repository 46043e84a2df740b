import { limits } from '@sunbeon/contracts';
import { readArguments, usageOf, type Numbers } from '../arguments.ts';

const numbers = {
  bots: { default: 0.95, min: 0, max: 1, whole: false, help: 'share of the visitors that are scripts' },
  visitors: { default: 400, min: 1, max: 100_000, whole: true, help: 'places wanted in all, by people one each' },
  stock: { default: 0, min: 0, max: 100_000, whole: true, help: 'tickets; 0: one for each person' },
  pace: { default: 0, min: 0, max: limits.admitPerSecond, whole: false, help: 'admissions a second; 0: the stock in five seconds' },
  reaction: { default: 2, min: 0.1, max: 600, whole: false, help: 'seconds from the opening to the click of the median person' },
  'proof-seconds': {
    default: 0.5,
    min: limits.proofOfWorkSecondsMin,
    max: limits.proofOfWorkSeconds,
    whole: false,
    help: '`proofOfWorkSeconds` of the sale with proofs',
  },
  'bot-cores': { default: 0.5, min: 0.01, max: 256, whole: false, help: 'cores of this machine that solve for the scripts' },
  'people-cores': { default: 1, min: 1, max: 256, whole: true, help: 'cores of this machine that play the phones' },
  'bot-ahead': {
    default: 0,
    min: 0,
    max: limits.proofSeconds - 5,
    whole: false,
    help: 'seconds before the opening in which scripts solve challenges',
  },
  'bot-connections': { default: 64, min: 1, max: 1_024, whole: true, help: 'requests of the scripts at once' },
  'bot-tries': { default: 3, min: 1, max: 100, whole: true, help: 'requests of a script that is refused, without a pause' },
  'bot-accounts': { default: 0.01, min: 0, max: 1, whole: false, help: 'share of the scripts with an account, bought or stolen' },
  'bot-codes': { default: 0.01, min: 0, max: 1, whole: false, help: 'share of the scripts with an access code, bought or stolen' },
  patience: { default: 60, min: 1, max: 3_600, whole: true, help: 'seconds that one sale may take' },
  seed: { default: 1, min: 0, max: 2 ** 32 - 1, whole: true, help: 'of all that people and scripts decide' },
} as const satisfies Numbers;

/** Parameters of a rehearsal with scripts; times are seconds, shares are 0 to 1. */
export interface BotOptions {
  gateway: string;
  people: number;
  scripts: number;
  stock: number;
  pace: number;
  reaction: number;
  proof: 'on' | 'auto';
  proofSeconds: number;
  botCores: number;
  peopleCores: number;
  botAhead: number;
  botConnections: number;
  botTries: number;
  /** Accounts and codes that the scripts have. */
  botAccounts: number;
  botCodes: number;
  patience: number;
  seed: number;
  /** The sales stay, closed. */
  keep: boolean;
  /** File for the results. */
  json: string | undefined;
}

export const usage = [
  "npm run crowd -- --bots 0.95 [options]      people and scripts at four sales: nothing asked, proof of work, members, access codes; with the operator's token in ADMIN_TOKEN, or that of npm start",
  '  --gateway <url>          http://localhost:4000',
  '  --proof <on|auto>        `proofOfWork` of the sale with proofs (on)',
  '  --keep                   closes the sales, and does not delete them',
  '  --json <file>            writes the results as JSON, too',
  ...usageOf(numbers),
].join('\n');

/** Throws an Error with one sentence for bad options. */
export const readOptions = (argv: readonly string[]): BotOptions | 'help' => {
  const read = readArguments(argv, numbers, { proof: 'string', json: 'string', keep: 'boolean' });
  if (read === 'help') return 'help';
  const { number, gateway, text, isSet } = read;
  const proof = text('proof') ?? 'on';
  if (proof !== 'on' && proof !== 'auto') throw new Error(`--proof must be on or auto, not ${JSON.stringify(proof)}`);
  const visitors = number('visitors');
  const scripts = Math.round(visitors * number('bots'));
  const people = visitors - scripts;
  const stock = number('stock') || Math.max(1, people);
  return {
    gateway,
    people,
    scripts,
    stock,
    pace: number('pace') || Math.max(1, Math.min(limits.admitPerSecond, stock / 5)),
    reaction: number('reaction'),
    proof,
    proofSeconds: number('proof-seconds'),
    botCores: number('bot-cores'),
    peopleCores: number('people-cores'),
    botAhead: number('bot-ahead'),
    botConnections: number('bot-connections'),
    botTries: number('bot-tries'),
    botAccounts: Math.round(scripts * number('bot-accounts')),
    botCodes: Math.round(scripts * number('bot-codes')),
    patience: number('patience'),
    seed: number('seed'),
    keep: isSet('keep'),
    json: text('json'),
  };
};
