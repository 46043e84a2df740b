import { expect, it } from '@jest/globals';
import type { SaleStats } from '@sunbeon/contracts';
import { chanceOf, type Line } from '@sunbeon/line';
import { api, type Answer, createSale, joinAs, openLive, operator } from '../fixtures/client.ts';
import { until } from '../fixtures/sale.ts';

it('tells operators when the stock is gone, and people their chance: the same by answer, push and public line', async () => {
  const saleId = await createSale({ admitPerSecond: 20, activeLimit: 100, stock: 150, perVisitorLimit: 1 });
  const visitors = await Promise.all(Array.from({ length: 250 }, () => joinAs(saleId)));
  const queue = visitors.sort((a, b) => a.visitor.seq! - b.visitor.seq!);
  const last = queue.at(-1)!;
  expect((await last.place()).body).not.toHaveProperty('chance');
  const live = await openLive(saleId, last.token);

  // Everybody who is admitted buys one: the stock is gone after 150 admissions, 7.5 s.
  let stats: Answer<SaleStats>['body'] | undefined;
  await until('a forecast', async () => {
    while ((await queue[0]!.place()).body.state === 'admitted') expect((await queue.shift()!.buy(1, 'k')).status).toBe(201);
    stats = (await operator.stats(saleId, {})).body;
    return stats.forecast?.soldOut !== undefined;
  });
  const { forecast, conversion, sale } = stats!;
  const seconds = (iso: string | undefined): number => (Date.parse(iso!) - Date.parse(sale.serverTime)) / 1_000;
  expect(seconds(forecast!.soldOut!.from)).toBeLessThan((sale.stock!.left / 20) * 1.3 + 1);
  expect(seconds(forecast!.soldOut!.to)).toBeGreaterThan(sale.stock!.left / 20 - 2);
  // The tickets go before the line does.
  expect(forecast).not.toHaveProperty('lineEmpty');
  expect(conversion).toBeGreaterThan(0.6);

  const { chance: high } = (await queue[0]!.place()).body;
  const { chance: low } = (await last.place()).body;
  expect(high === undefined || high > 0.9).toBe(true);
  expect(low).toBeLessThan(0.2);
  const pushed = await live.waitFor('position', ({ chance }) => chance !== undefined, 5_000);
  expect(pushed.chance).toBeLessThan(0.2);
  // The line that anyone may read says the same, as of its second.
  const line = (await api.line(saleId)).body as Line;
  expect(chanceOf(line, 70)).toBeLessThan(0.2);
  expect(chanceOf(line, 1)).toBeGreaterThan(0.8);
  live.close();
  await operator.close(saleId);
  expect((await last.place()).body.chance).toBeUndefined();
});
