import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { isLong } from '../fixtures/long.ts';
import { entranceMutants } from './mutants-entrance.ts';
import { mutants } from './mutants.ts';
import { startPlainRedis } from './redis.ts';
import { runModel } from './run.ts';

let server: Awaited<ReturnType<typeof startPlainRedis>>;
let redis: Redis;
beforeAll(async () => {
  server = await startPlainRedis();
  redis = new Redis(server.path);
});
afterAll(() => {
  redis.disconnect();
  server.stop();
});

const total = isLong ? 20_000 : 2_000;
it.each(['line', 'entrance'] as const)(
  `${total} operations of one seed keep every promise: %s (a random seed: npm run model)`,
  async (of) => {
    const seed = Number(process.env['MODEL_SEED'] ?? 2_126_525_922);
    const { fault, operations } = await runModel(redis, { total, seed, of });
    if (fault) throw new Error(`seed ${seed}: ${fault.text}\n${fault.steps.map((step) => JSON.stringify(step)).join('\n')}`);
    expect(operations).toBe(total);
  },
  isLong ? 240_000 : 120_000,
);

/** Caught soon: each of another promise. */
const entrance = entranceMutants.filter(({ name }) =>
  /^a (challenge is not spent|use of a code is not counted|key is not kept|member has a place on each device)$/.test(name),
);

it.each([...mutants.slice(0, 6), ...entrance].map((mutant) => [mutant.name, mutant] as const))(
  'notices: %s (all mutants: npm run mutants)',
  async (_, mutant) => {
    const { fault, editsUsed } = await runModel(redis, { total: 12_000, seed: 20_251, mutant });
    expect(fault?.text).toBeDefined();
    expect(editsUsed > 0 || mutant.edits.length === 0).toBe(true);
  },
);
