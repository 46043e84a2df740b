import { expect, test } from './strict.ts';
import { waitInCrowd } from './crowd-watch.ts';

test('among eighty others the number moves smoothly, never up without a word, and the person is let in on time', async ({ page }) => {
  const pace = 5;
  const seen = await waitInCrowd(page, { visitors: 80, pace });
  expect(seen.unexplained).toBe(0);
  expect(seen.shown.length).toBeGreaterThan(seen.ahead / pace / 3);
  expect(seen.largestStep).toBeLessThanOrEqual(pace * 4);
  expect(seen.longestPauseMs).toBeLessThan(4_000);
  expect(seen.letInAfterMs).toBeLessThan(2_000);
  expect(seen.waitedSeconds).toBeGreaterThan(seen.firstEstimate.low - 3);
  expect(seen.waitedSeconds).toBeLessThan(seen.firstEstimate.high + 5);
});
