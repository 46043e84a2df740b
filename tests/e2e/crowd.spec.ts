import { expect, test } from './strict.ts';
import { waitInCrowd } from './crowd-watch.ts';

test(
  'among eighty visitors the position moves smoothly, never rises without a note, and the admission is shown on time',
  { tag: '@long' },
  async ({ page }) => {
    const pace = 5;
    const seen = await waitInCrowd(page, { visitors: 80, pace });
    expect(seen.unexplained).toBe(0);
    expect(seen.shown.length).toBeGreaterThan(seen.ahead / pace / 3);
    expect(seen.largestStep).toBeLessThanOrEqual(pace * 4);
    expect(seen.longestPauseMs).toBeLessThan(4_000);
    expect(seen.letInAfterMs).toBeLessThan(2_000);
    expect(seen.waitedSeconds).toBeGreaterThan(seen.firstEstimate.low - 3);
    expect(seen.waitedSeconds).toBeLessThan(seen.firstEstimate.high + 5);
  },
);
