import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { isLong } from '../fixtures/long.ts';
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

const total = isLong ? 20_000 : 8_000;
it(`${total} operations of one seed keep every promise (a random seed: npm run model)`, async () => {
  const seed = Number(process.env['MODEL_SEED'] ?? 2_126_525_922);
  const { fault, operations } = await runModel(redis, { total, seed });
  if (fault) throw new Error(`seed ${seed}: ${fault.text}\n${fault.steps.map((step) => JSON.stringify(step)).join('\n')}`);
  expect(operations).toBe(total);
});

it.each(mutants.slice(0, 6).map((mutant) => [mutant.name, mutant] as const))(
  'notices: %s (all mutants: npm run mutants)',
  async (_, mutant) => {
    const { fault, editsUsed } = await runModel(redis, { total: 12_000, seed: 20_251, mutant });
    expect(fault?.text).toBeDefined();
    expect(editsUsed > 0 || mutant.edits.length === 0).toBe(true);
  },
);
