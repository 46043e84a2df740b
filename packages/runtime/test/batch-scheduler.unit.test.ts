import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { batchSchedulerLimits, createBatchScheduler } from '../src/batch-scheduler.ts';

const { fullItems, maxInFlight, maxDelayMs } = batchSchedulerLimits;

/** A sender like the gateway: items form one batch until it is sent; the test says when a batch returns. */
const sender = () => {
  const scheduler = createBatchScheduler();
  const sent: number[] = [];
  const returns: (() => void)[] = [];
  let open: { items: number } | null = null;
  return {
    sent,
    isIdle: scheduler.isIdle,
    add: (items: number) => {
      for (let i = 0; i < items; i += 1) {
        if (!open) {
          const batch = (open = { items: 0 });
          scheduler.schedule(() => {
            if (open === batch) open = null;
            sent.push(batch.items);
            void scheduler.track(batch.items, () => new Promise<void>((resolve) => returns.push(resolve)));
          });
        }
        open.items += 1;
        scheduler.added();
      }
    },
    answerOldest: async () => {
      returns.shift()!();
      await nextTurn();
    },
  };
};

describe('the schedule of batches', () => {
  it('is one batch for few items of one turn of the event loop', async () => {
    const { sent, add, isIdle, answerOldest } = sender();
    add(3);
    expect(sent).toEqual([]);
    await nextTurn();
    expect(sent).toEqual([3]);
    await answerOldest();
    expect(isIdle()).toBe(true);
  });

  it('has the first items of a crowd on their way while the rest is read', async () => {
    const { sent, add } = sender();
    add(fullItems);
    expect(sent).toEqual([fullItems]);
    add(fullItems - 1);
    expect(sent).toEqual([fullItems]);
    await nextTurn();
    expect(sent).toEqual([fullItems, fullItems - 1]);
  });

  it('delays items while batches are in flight, until one returns', async () => {
    const { sent, add, answerOldest } = sender();
    for (let i = 0; i < maxInFlight; i += 1) {
      add(1);
      await nextTurn();
    }
    add(5);
    await nextTurn();
    expect(sent).toEqual([1, 1]);
    await answerOldest();
    expect(sent).toEqual([1, 1, 5]);
  });

  it('delays no item for longer than its limit', async () => {
    const { sent, add } = sender();
    for (let i = 0; i < maxInFlight; i += 1) {
      add(1);
      await nextTurn();
    }
    add(5);
    await sleep(maxDelayMs * 5);
    expect(sent).toEqual([1, 1, 5]);
  });

  it('sends one more than may be in flight when it has enough items, and no second one', async () => {
    const { sent, add } = sender();
    for (let i = 0; i < maxInFlight; i += 1) {
      add(1);
      await nextTurn();
    }
    add(fullItems);
    expect(sent).toEqual([1, 1, fullItems]);
    add(fullItems);
    await nextTurn();
    expect(sent).toEqual([1, 1, fullItems]);
  });

  it('wants more items for a batch the larger the crowd is, and fewer again when it has gone', async () => {
    const { sent, add, isIdle, answerOldest } = sender();
    const crowd = fullItems * 16;
    add(crowd);
    await nextTurn();
    while (!isIdle()) await answerOldest();
    expect(sent.reduce((sum, items) => sum + items, 0)).toBe(crowd);
    const before = sent.length;
    add(fullItems);
    expect(sent).toHaveLength(before);
    await nextTurn();
    expect(sent).toHaveLength(before + 1);
    await answerOldest();
    for (let i = 0; i < 100; i += 1) {
      add(1);
      await nextTurn();
      await answerOldest();
    }
    const calm = sent.length;
    add(fullItems);
    expect(sent).toHaveLength(calm + 1);
  });
});
