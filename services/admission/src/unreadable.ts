import { LRUCache, type StoredSale } from '@sunbeon/runtime';
import type { Logger } from 'pino';

/** Unreadable sales remembered: further ones are not counted, and logged again. */
const remembered = 1_000;

/** Logs once when the stored values of a sale become unreadable, and once when they are readable again; counts the unreadable ones. */
export const createUnreadable = (log: Logger, show: (sales: number) => void) => {
  const sales = new LRUCache<string, true>({ max: remembered });
  show(0);
  return {
    ids: (): Iterable<string> => [...sales.keys()],
    /** Result of a read of the sale. */
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
