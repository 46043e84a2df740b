import { LRUCache, type StoredSale } from '@sunbeon/runtime';
import type { Logger } from 'pino';

/** Unreadable sales remembered: more are counted no further, and said again. */
const remembered = 1_000;

/** Says of each sale once that what is stored of it cannot be read, and once that it can be again; counts those that cannot. */
export const createUnreadable = (log: Logger, show: (sales: number) => void) => {
  const sales = new LRUCache<string, true>({ max: remembered });
  show(0);
  return {
    ids: (): Iterable<string> => [...sales.keys()],
    /** What a look at the sale found. */
    saw: (saleId: string, found: StoredSale): void => {
      if (found.stored === 'unreadable') {
        if (!sales.has(saleId)) log.error({ sale: saleId, why: found.why }, 'stored values of the sale are unreadable');
        sales.set(saleId, true);
      } else if (sales.delete(saleId) && found.stored === 'sale')
        log.info({ sale: saleId }, 'stored values of the sale are readable again');
      show(sales.size);
    },
  };
};
export type UnreadableSales = ReturnType<typeof createUnreadable>;
