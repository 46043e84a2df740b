import { allow, expect, expected, test } from './strict.ts';
import { createSale } from '../fixtures/client.ts';
import { isLong } from '../fixtures/long.ts';
import { expectAccessible, expectNoSidewaysScroll, expectState, open, settled } from './page.ts';
import { answerFrom, recordedStates, stateNames } from './states.ts';

const sizes = [
  { width: 320, height: 640 },
  { width: 390, height: 844 },
  { width: 1_280, height: 800 },
  { width: 1_920, height: 1_080 },
];
const title = '국립오케스트라 창단 60주년 기념 정기 연주회 — 브람스 교향곡 전곡';
let saleId: string;
test.beforeAll(async () => {
  saleId = await createSale({ title });
});

test('every state of the page is recorded', () => {
  expect([...new Set(recordedStates().map(({ state }) => state))].sort()).toEqual([...stateNames].sort());
});

/** Every state with TEST_STATES=all, every fourth one in npm run test:long, a few in npm test. */
const step = process.env['TEST_STATES'] === 'all' ? 1 : isLong ? 4 : 24;
for (const [index, { name }] of recordedStates().entries()) {
  if (index % step !== 1 % step) continue;
  const locale = index % 2 === 0 ? 'ko-KR' : 'en-GB';
  test.describe(name, () => {
    test.use({ locale, colorScheme: index % 4 < 2 ? 'light' : 'dark' });
    test(`${name} has a screen that everybody can use, on any size, in light and dark`, { tag: '@longer' }, async ({ page }) => {
      const recorded = recordedStates()[index]!;
      if (recorded.api === 'unreachable' || name === 'waiting-offline') allow(page, expected.network);
      if (recorded.api === 'missing') allow(page, expected.missing);
      if (recorded.api === 'doubtful') allow(page, expected.unknownToken);
      if (recorded.post !== undefined) allow(page, expected.refused);
      await answerFrom(page, saleId, title, recorded);
      await open(page, saleId);
      if (recorded.messages || recorded.later) await page.waitForTimeout(900);
      if (recorded.act) {
        await expectState(page, recorded.state);
        await recorded.act(page);
      }
      await expectState(page, recorded.state);
      await expectAccessible(page);
      await page.emulateMedia({ colorScheme: index % 4 < 2 ? 'dark' : 'light' });
      await expectAccessible(page, 'color-contrast');
      for (const size of sizes) {
        await page.setViewportSize(size);
        await settled(page);
        await expectNoSidewaysScroll(page);
      }
      await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
    });
  });
}
