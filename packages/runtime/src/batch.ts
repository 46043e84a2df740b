import DataLoader from 'dataloader';
import { limits } from '@sunbeon/contracts';
import { createDeparture } from './departure.ts';

/**
 * Gathers calls into one batch per sale, in order of arrival. `run` returns one result
 * per item, in order; a throw fails all items of that batch, and no other.
 */
export const batchPerSale = <Item, Result>(
  run: (saleId: string, items: readonly Item[]) => Promise<readonly Result[]>,
  observe: (items: number) => void = () => {},
): ((saleId: string, item: Item) => Promise<Result>) => {
  const loaders = new Map<string, DataLoader<Item, Result>>();
  const gather = (saleId: string): DataLoader<Item, Result> => {
    const departure = createDeparture();
    const loader = new DataLoader<Item, Result>(
      async (items) => {
        observe(items.length);
        try {
          return await departure.travel(() => run(saleId, items));
        } finally {
          // A sale's loader goes when nothing of it is left, so that made-up sale ids leave nothing behind.
          if (departure.isIdle()) loaders.delete(saleId);
        }
      },
      { cache: false, maxBatchSize: limits.batchItems, batchScheduleFn: departure.schedule },
    );
    loaders.set(saleId, loader);
    return loader;
  };
  return (saleId, item) => (loaders.get(saleId) ?? gather(saleId)).load(item);
};
