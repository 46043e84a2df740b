import { expect, it } from '@jest/globals';
import { runChaos } from './run.ts';

it('4 kills under load: no visitor, ticket or event is lost or duplicated (npm run chaos for more)', async () => {
  const seed = Number(process.env['CHAOS_SEED'] ?? 2_025);
  const { faults, figures, strikes } = await runChaos({ seed, kills: 4, seconds: 15, people: 40 });
  console.log(`seed ${seed}: ${figures}`);
  if (faults.length > 0) throw new Error(`seed ${seed}\n${strikes.join('\n')}\n${faults.join('\n')}`);
  expect(faults).toEqual([]);
}, 240_000);
