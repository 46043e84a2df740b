import { LRUCache, type Log, type StoredSale } from '@sunbeon/runtime';

/** Unreadable sales remembered: further ones are not counted, and logged again. */
const remembered = 1_000;

/** Logs once when the stored values of a sale become unreadable, and once when they are readable again; counts the unreadable ones. */
export const createUnreadable = (log: Log, show: (sales: number) => void) => {
  const sales = new LRUCache<string, true>({ max: remembered });
  show(0);
  return {
    ids: (): Iterable<string> => [...sales.keys()],
    /** Result of a read of the sale. */
    saw: (saleId: string, found: StoredSale): void => {
      if (found.stored === 'unreadable') {
        if (!sales.has(saleId)) log.write('sale_unreadable', { sale: saleId, reason: found.why });
        sales.set(saleId, true);
      } else if (sales.delete(saleId) && found.stored === 'sale') log.write('sale_readable', { sale: saleId });
      show(sales.size);
    },
  };
};
export type UnreadableSales = ReturnType<typeof createUnreadable>;
