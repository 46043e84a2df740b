import { describe, expect, it } from '@jest/globals';
import { createBudget } from '../src/routes/budget.ts';
import { createKnownSales, knownSalesLimits } from '../src/routes/known-sales.ts';

const { perSecond, perAddress, keptForOthers } = knownSalesLimits.lookUps;
/** A gateway that may read this index, and a clock that the test advances by the waits for the index. */
const setup = (index: string[] | null = []) => {
  let [nowMs, readings] = [1_000, 0];
  const sales = createKnownSales(
    async () => {
      readings += 1;
      return index;
    },
    () => nowMs,
  );
  const mayAsk = (saleId: string, address: string) =>
    sales.mayAsk(saleId, address).then(
      () => true,
      (error: unknown) => {
        expect(error).toMatchObject({ code: 'rate_limited' });
        return false;
      },
    );
  const ask = async (count: number, address: string): Promise<number> =>
    (await Promise.all(Array.from({ length: count }, (_, i) => mayAsk(`made_up_${address}_${nowMs}_${i}`, address)))).filter(Boolean)
      .length;
  return {
    sales,
    mayAsk,
    ask,
    readings: () => readings,
    move: (ms: number) => {
      nowMs += ms;
    },
  };
};

describe('made-up sale ids', () => {
  it('cost a bounded number of look-ups a second, and one read of the index for concurrent requests', async () => {
    const { ask, readings, move } = setup();
    expect(await ask(1_000, 'a')).toBe(perAddress);
    expect(readings()).toBe(1);
    move(999);
    expect(await ask(100, 'a')).toBe(0);
    move(1);
    expect(await ask(100, 'a')).toBe(perAddress);
  });

  it('of many addresses leave a share for one without recent requests', async () => {
    const { ask, move } = setup();
    const strangers = Array.from({ length: 12 }, (_, i) => `stranger_${i}`);
    for (const stranger of strangers) await ask(100, stranger);
    move(1_000);
    let spent = 0;
    for (const stranger of strangers) spent += await ask(100, stranger);
    expect(spent).toBe(perSecond - keptForOthers);
    expect(await ask(1, 'somebody')).toBe(1);
  });

  it('never keep anybody from a sale that is there: in the index, or answered before', async () => {
    const { sales, mayAsk, ask } = setup(['open']);
    await ask(100, 'a');
    sales.answered('closed', 200);
    expect([await mayAsk('open', 'a'), await mayAsk('closed', 'a'), await mayAsk('other', 'a')]).toEqual([true, true, false]);
    sales.answered('closed', 404);
    expect(await mayAsk('closed', 'a')).toBe(false);
  });

  it('are bounded also where the gateway may not read the index', async () => {
    const { ask } = setup(null);
    expect(await ask(1_000, 'a')).toBe(perAddress);
  });
});

it('a budget spends nothing when less is left than requested', () => {
  const spend = createBudget({ perSecond: 10, perAddress: 5, keptForOthers: 0 }, () => 0);
  expect([spend('a', 6), spend('a', 5), spend('a', 1), spend('b', 5), spend('c', 1)]).toEqual([false, true, false, true, false]);
});
