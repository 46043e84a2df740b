import { expect, it } from '@jest/globals';
import { runDrawChaos } from './draw.ts';

it('two draws of 3,000 while their leaders and Redis die: one order each, that anyone can compute (npm run chaos:draw for more)', async () => {
  const seed = Number(process.env['CHAOS_SEED'] ?? 2_025);
  const { faults, figures, kills } = await runDrawChaos({ seed, visitors: 3_000, draws: 2 });
  console.log(`seed ${seed}:\n${figures.join('\n')}`);
  expect(faults).toEqual([]);
  expect(kills).toBeGreaterThan(0);
}, 240_000);
