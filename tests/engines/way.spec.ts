import { expect, test } from '@playwright/test';
import { createSale, joinAs, operator } from '../fixtures/client.ts';
import { languages } from './engine.ts';
import {
  buyTwo,
  expectConnection,
  expectPosition,
  expectSound,
  expectState,
  expectThere,
  id,
  inEachEngine,
  join,
  more,
  openSale,
  positionOf,
  still,
  titles,
} from './steps.ts';

test.describe.configure({ mode: 'parallel' });

inEachEngine((engine, open) => {
  for (const language of languages) {
    // Its own way to ask for a language; the other one is of npm run engines alone.
    const isOwn = language === (engine.sendsLanguage ? 'ko' : 'en');
    test(`the whole way in ${language}: list, sale, wait, refresh, turn, two tickets, confirmation`, isOwn ? {} : more, async () => {
      const title = `${titles[language]} ${Date.now() % 10_000}`;
      const saleId = await createSale({ ...still, title });
      const ahead = [await joinAs(saleId), await joinAs(saleId), await joinAs(saleId), await joinAs(saleId), await joinAs(saleId)];
      const page = await open({ language });
      const keep = (name: string) => expectSound(page, language, `${engine.name.toLowerCase()}-${language}-${name}`);
      await page.goto(process.env['TEST_WEB']!);
      if (!engine.sendsLanguage && language === 'ko') await page.click('button[lang=ko]');
      await expectThere(page, `button[lang=${language}][aria-pressed=true]`);
      await keep('1-sales');
      await page.click(`a[href="/sales/${saleId}"]`);
      await expectState(page, 'join');
      await keep('2-join');
      await join(page);
      await expectConnection(page, 'live');
      const place = (await positionOf(page))!;
      expect(place).toBeGreaterThanOrEqual(ahead.length);
      await keep('3-waiting');
      await page.reload();
      await expectPosition(page, place);
      await expectConnection(page, 'live');
      await ahead[3]!.leave();
      await expectPosition(page, place - 1);
      await operator.change(saleId, { admitPerSecond: 1 });
      const seen: number[] = [];
      for (let shown = await positionOf(page); shown !== null; shown = await positionOf(page)) if (shown !== seen.at(-1)) seen.push(shown);
      expect(seen.length).toBeGreaterThan(1);
      expect(seen).toEqual([...seen].sort((a, b) => b - a));
      await expectState(page, 'buying');
      await keep('4-turn');
      await buyTwo(page, saleId);
      await expectThere(page, id('receipt-save'));
      await keep('5-confirmation');
      await page.evaluate((selector) => document.querySelector(selector)!.scrollIntoView({ block: 'center' }), id('purchase-qr'));
      await keep('6-code');
      expect(await page.complaints()).toEqual([]);
    });
  }

  // WebDriver has no script before those of the page.
  if (engine.runsBefore)
    test('without window.WebSocket the page goes on by polls, at most one each 450 ms, and the person buys', async () => {
      const saleId = await createSale({ ...still, title: titles.ko });
      for (let count = 0; count < 4; count += 1) await joinAs(saleId);
      const page = await open({ language: 'ko', before: () => void Reflect.deleteProperty(window, 'WebSocket') });
      await openSale(page, saleId);
      expect(await page.evaluate(() => 'WebSocket' in window)).toBe(false);
      await join(page);
      await expectConnection(page, 'polling');
      const place = (await positionOf(page))!;
      await operator.change(saleId, { admitPerSecond: 0.5 });
      await expect.poll(() => positionOf(page)).toBeLessThan(place);
      const starts = await page.evaluate(() =>
        performance
          .getEntriesByType('resource')
          .filter(({ name }) => /\/line$/.test(name))
          .map(({ startTime }) => startTime),
      );
      expect(starts.length).toBeGreaterThan(1);
      for (const [index, start] of starts.slice(1).entries()) expect(start - starts[index]!).toBeGreaterThanOrEqual(450);
      await operator.change(saleId, { admitPerSecond: 50 });
      await expectState(page, 'buying', 20_000);
      await buyTwo(page, saleId);
      expect(await page.complaints()).toEqual([]);
    });
});
