import { once } from 'node:events';
import type { Page } from '@playwright/test';
import { keyId } from '@sunbeon/runtime';
import { operatorAt } from '../fixtures/client.ts';
import { freePort } from '../fixtures/stack.mjs';
import { rehearse } from '../rotation/rehearse.ts';
import { keysOf, startRotation } from '../rotation/roll.ts';
import { connectionOf, englishPage, expectState, join } from './page.ts';
import { startWeb } from './start.ts';
import { allow, expect, expected, test } from './strict.ts';

/** Records every screen that the page shows from now on. */
const watchScreens = async (page: Page) => {
  await page.evaluate(() => {
    const shown: string[] = [];
    (window as unknown as { shown: string[] }).shown = shown;
    const note = () => {
      const state = document.querySelector('[data-testid=state]')?.getAttribute('data-state') ?? '';
      if (shown.at(-1) !== state) shown.push(state);
    };
    note();
    new MutationObserver(note).observe(document.body, { subtree: true, childList: true, attributes: true });
  });
  return () => page.evaluate(() => (window as unknown as { shown: string[] }).shown);
};

test('TOKEN_SECRET changes as documented, each of two instances of each service replaced twice: one browser keeps its place, another is let in meanwhile and enters', async ({
  page,
  browser,
}) => {
  test.setTimeout(180_000);
  const port = await freePort();
  const web = `http://localhost:${port}`;
  const rotation = await startRotation(web);
  const pages = await startWeb(rotation.stack.folder, port, `http://127.0.0.1:${rotation.port}`);
  const other = await englishPage(browser);
  // Gateways go away under open connections.
  for (const one of [page, other]) allow(one, expected.network);
  const watched: (() => Promise<string[]>)[] = [];
  try {
    const report = await rehearse(rotation, 'documented', 11, {
      settings: { admitPerSecond: 0.001, activeLimit: 1 },
      first: async (saleId) => {
        for (const one of [page, other]) {
          await one.goto(`${web}/sales/${saleId}`);
          await join(one);
          watched.push(await watchScreens(one));
        }
      },
      halfway: async (saleId) => {
        const { status } = await operatorAt(`http://127.0.0.1:${rotation.port}`).change(saleId, { admitPerSecond: 5 });
        expect(status).toBe(200);
      },
    });
    expect(report.faults).toEqual([]);
    expect(report.refused).toEqual([]);
    expect(report.signs).toBe(keyId(keysOf.new));
    await expectState(page, 'buying');
    await expectState(other, 'waiting');
    await expect(other.getByTestId('position')).toHaveAttribute('data-position', '1');
    for (const one of [page, other]) await expect(connectionOf(one)).toHaveAttribute('data-connection', 'live', { timeout: 30_000 });
    expect((await watched[0]!()).filter((state) => state !== 'admitted')).toEqual(['waiting', 'buying']);
    expect(await watched[1]!()).toEqual(['waiting']);
  } finally {
    pages.kill('SIGKILL');
    await once(pages, 'exit');
    await rotation.stop();
  }
});
