import DataLoader from 'dataloader';
import { limits } from '@sunbeon/contracts';

/**
 * Gathers the calls of one turn of the event loop into one batch per sale, in order of arrival. `run` returns one result
 * per item, in order; a throw fails all items of that batch, and no other.
 */
export const batchPerSale = <Item, Result>(
  run: (saleId: string, items: readonly Item[]) => Promise<readonly Result[]>,
  observe: (items: number) => void = () => {},
): ((saleId: string, item: Item) => Promise<Result>) => {
  const loaders = new Map<string, DataLoader<Item, Result>>();
  return (saleId, item) => {
    let loader = loaders.get(saleId);
    if (!loader) {
      loader = new DataLoader<Item, Result>(
        async (items) => {
          observe(items.length);
          // A sale's loader goes when its batch has left, so that made-up sale ids leave nothing behind.
          loaders.delete(saleId);
          return await run(saleId, items);
        },
        { cache: false, maxBatchSize: limits.batchItems, batchScheduleFn: (send) => setImmediate(send) },
      );
      loaders.set(saleId, loader);
    }
    return loader.load(item);
  };
};
