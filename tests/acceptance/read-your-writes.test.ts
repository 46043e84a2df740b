import { describe, expect, it } from '@jest/globals';
import type { Sale } from '@sunbeon/contracts';
import { apiAt, gateways, newSaleId, operatorAt, publicSale, valueOf } from '../fixtures/client.ts';
import { isLong } from '../fixtures/long.ts';
import { until } from '../fixtures/stack.mjs';

const [here, there] = gateways() as [string, string];
const admin = operatorAt(here);
/** The sale in the public list of one gateway, on any page. */
const listed = async (base: string, saleId: string): Promise<Sale | undefined> => {
  for (let cursor: string | undefined; ;) {
    const page = await valueOf('list', apiAt(base).sales({ cursor }));
    const found = page.sales.find((sale) => sale.saleId === saleId);
    if (found || page.next === undefined) return found;
    cursor = page.next;
  }
};
/** Lists are asked for before the change, so that old ones are there to be given by mistake. */
const lookBefore = (saleId: string) => Promise.all([here, there].map((base) => listed(base, saleId)));

describe('an operator who changes a sale', () => {
  it('sees it in the next answers of the same gateway, every time, and of another within a second', async () => {
    expect(here).not.toBe(there);
    for (let i = 0; i < (isLong ? 40 : 20); i += 1) {
      const saleId = newSaleId();
      // Another gateway may take its second each time: every tenth sale is enough.
      const elsewhere = (what: string, condition: () => Promise<unknown>) => (i % 10 === 0 ? until(what, condition, 1_000) : null);
      await lookBefore(saleId);
      expect((await admin.create({ saleId, title: 'Before', stock: 1 })).status).toBe(201);
      expect([await listed(here, saleId), (await publicSale(saleId, here)).body]).toMatchObject([{ title: 'Before' }, { title: 'Before' }]);
      await elsewhere(
        'the other gateway to know it',
        async () => (await listed(there, saleId)) && (await publicSale(saleId, there)).status === 200,
      );

      expect((await admin.change(saleId, { title: 'After' })).status).toBe(200);
      expect([await listed(here, saleId), (await publicSale(saleId, here)).body]).toMatchObject([{ title: 'After' }, { title: 'After' }]);
      await elsewhere(
        'the other gateway to say the new title',
        async () => (await listed(there, saleId))?.title === 'After' && (await publicSale(saleId, there)).body.title === 'After',
      );

      expect((await admin.close(saleId)).status).toBe(200);
      expect([await listed(here, saleId), (await publicSale(saleId, here)).body.status]).toEqual([undefined, 'closed']);
      expect((await admin.delete(saleId)).status).toBe(204);
      expect((await publicSale(saleId, here)).status).toBe(404);
      await elsewhere(
        'the other gateway to forget it',
        async () => (await publicSale(saleId, there)).status === 404 && (await listed(there, saleId)) === undefined,
      );
    }
  });

  it('no answer is scheduled after the opening, or open after the closing', async () => {
    const saleId = newSaleId();
    const opensAtMs = Date.now() + 2_500;
    const closesAtMs = opensAtMs + 1_500;
    expect(
      (
        await admin.create({
          saleId,
          title: 'T',
          stock: 1,
          opensAt: new Date(opensAtMs).toISOString(),
          closesAt: new Date(closesAtMs).toISOString(),
        })
      ).status,
    ).toBe(201);
    await until('both gateways to list it', async () => (await listed(here, saleId)) && (await listed(there, saleId)), 1_400);
    const late: string[] = [];
    let [scheduled, open, closed] = [0, 0, 0];
    while (closed < 20) {
      const askedMs = Date.now();
      if (askedMs > closesAtMs + 5_000) throw new Error('never closed');
      const answers = await Promise.all(
        [here, there].map(async (base) => [(await publicSale(saleId, base)).body.status, (await listed(base, saleId))?.status]),
      );
      for (const status of answers.flat()) {
        // Redis and this test share a clock; 20 ms are for the last answer that was read before.
        if (askedMs > opensAtMs + 20 && status === 'scheduled') late.push(`${status} ${askedMs - opensAtMs} ms after the opening`);
        if (askedMs > closesAtMs + 20 && status === 'open') late.push(`${status} ${askedMs - closesAtMs} ms after the closing`);
        if (status === 'scheduled') scheduled += 1;
        if (status === 'open') open += 1;
        if (status === 'closed') closed += 1;
      }
    }
    expect(late).toEqual([]);
    expect(Math.min(scheduled, open)).toBeGreaterThan(4);
  });
});
