import DataLoader from 'dataloader';
import { limits } from '@sunbeon/contracts';
import { createBatchScheduler } from './batch-scheduler.ts';
import { tracing, type Caller } from './trace.ts';

/**
 * Gathers calls into one batch per sale, in order of arrival. `run` returns one result
 * per item, in order; a throw fails all items of that batch, and no other.
 */
export const batchPerSale = <Item, Result>(
  run: (saleId: string, items: readonly Item[]) => Promise<readonly Result[]>,
  observe: (items: number) => void = () => {},
): ((saleId: string, item: Item) => Promise<Result>) => {
  const loaders = new Map<string, DataLoader<Item, Result>>();
  /** Trace of each item, in the same order; filled only while traces are on. */
  const callersOf = new WeakMap<DataLoader<Item, Result>, Caller[]>();
  const loadBatched = (saleId: string): DataLoader<Item, Result> => {
    const scheduler = createBatchScheduler();
    const callers: Caller[] = [];
    const loader = new DataLoader<Item, Result>(
      async (items) => {
        observe(items.length);
        const traced = tracing();
        const own = (): Promise<readonly Result[]> => run(saleId, items);
        try {
          return await scheduler.track(items.length, traced ? () => traced.together(callers.splice(0, items.length), own) : own);
        } finally {
          // An idle loader is removed, so that made-up sale ids cost no memory.
          if (scheduler.isIdle()) loaders.delete(saleId);
        }
      },
      { cache: false, maxBatchSize: limits.batchItems, batchScheduleFn: scheduler.schedule },
    );
    loaders.set(saleId, loader);
    callersOf.set(loader, callers);
    return loader;
  };
  return (saleId, item) => {
    const loader = loaders.get(saleId) ?? loadBatched(saleId);
    const traced = tracing();
    if (traced) callersOf.get(loader)!.push(traced.caller());
    return loader.load(item);
  };
};
