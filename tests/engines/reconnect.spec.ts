import { expect, test } from '@playwright/test';
import { control } from '../e2e/page.ts';
import { createSale, joinAs, saleOf } from '../fixtures/client.ts';
import {
  expectConnection,
  expectPosition,
  expectSound,
  inEachEngine,
  join,
  more,
  openSale,
  positionOf,
  still,
  textOf,
  titles,
} from './steps.ts';

// One after the other: they end the same gateway.
inEachEngine((engine, open) => {
  test(
    'a gateway that is away: the page says that it reconnects, and goes on with the same place; so does a refresh',
    engine.sendsLanguage ? more : {},
    async () => {
      const saleId = await createSale({ ...still, title: titles.en });
      await Promise.all([joinAs(saleId), joinAs(saleId)]);
      const page = await open({ language: 'en' });
      await openSale(page, saleId, process.env['TEST_WEB_FRAGILE']);
      await join(page);
      await expectConnection(page, 'live');
      const place = (await positionOf(page))!;
      const { waiting } = await saleOf(saleId);
      // Complaints are heard at all, and kept over a refresh.
      await page.evaluate(() => console.error('heard'));
      await page.evaluate(() => void Object.assign(window, { first: true }));
      await control('kill', 'gateway-1');
      await expectConnection(page, 'offline');
      expect(await textOf(page, 'main')).toContain('Your place is kept');
      expect(await positionOf(page)).toBe(place);
      await expectSound(page, 'en', `${engine.name.toLowerCase()}-en-7-reconnecting`);
      await control('start', 'gateway-1');
      await expectConnection(page, 'live', 30_000);
      expect(await positionOf(page)).toBe(place);
      expect(await page.evaluate(() => 'first' in window)).toBe(true);
      await page.reload();
      await expectPosition(page, place);
      expect((await saleOf(saleId)).waiting).toBe(waiting);
      expect(await page.complaints()).toEqual(['heard']);
    },
  );
});
