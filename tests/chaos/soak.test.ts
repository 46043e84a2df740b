import { expect, it } from '@jest/globals';
import { runSoak } from '../../tools/soak/run.ts';

it('npm run soak: four sales one after the other with two kills, and nothing of a deleted sale is left', async () => {
  const options = { seconds: 20, kills: 2, perSecond: 5, waiting: 10, saleSeconds: 8, sampleSeconds: 5, seed: 7 };
  const { faults, samples, kills, counts } = await runSoak(options);
  expect(faults).toEqual([]);
  expect(Object.values(kills).reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(2);
  expect(samples.length).toBeGreaterThanOrEqual(3);
  expect(samples.at(-1)!.redis).not.toBeNull();
  expect(Object.keys(samples.at(-1)!.processes)).toEqual(expect.arrayContaining(['redis', 'gateway-0', 'admission-1', 'web']));
  expect(counts['sales']).toBeGreaterThanOrEqual(3);
  expect(counts['bought']).toBeGreaterThan(20);
}, 180_000);
