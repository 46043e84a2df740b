import { eventId, type Sale } from '@sunbeon/contracts';
import { publicSaleOf, readSale } from '@sunbeon/runtime';
import { saleNews } from './frames.ts';
import type { LiveRoom } from './live-room.ts';

/** At most one look at the sale a second, however many sockets and events there are, ms. */
const spacingMs = 1_000;

/** The public sale as last seen, and what of it is news. */
export interface SaleNews {
  current: () => Sale | null;
  /** Grows whenever anything of the sale changed. */
  version: () => number;
  /** The `sale` frame of the current version, serialised once. */
  frame: () => string;
  /** Something happened: look at the sale as soon as the spacing allows. */
  touch: () => void;
  /** The sale, fetched now unless it was within the spacing. Null when there is none. */
  get: () => Promise<Sale | null>;
  stop: () => void;
}

/** `urgent`: everybody should hear of it now; `stock`: those who buy should. `cursor`: the event number for the frame's id. */
export const createSaleNews = (room: LiveRoom, saleId: string, cursor: () => number, onChange: (change: { urgent: boolean; stock: boolean }) => void): SaleNews => {
  let sale: Sale | null = null;
  let text = '';
  let news = '';
  let counts = '';
  let stock = '';
  let version = 0;
  let fetchedAtMs = -Infinity;
  let fetching: Promise<Sale | null> | null = null;
  let timer: NodeJS.Timeout | null = null;
  let stopped = false;

  const fetchNow = (): Promise<Sale | null> => {
    fetching ??= readSale(room.service.redis, saleId)
      .then((found) => {
        fetchedAtMs = performance.now();
        if (!found || stopped) return null;
        const before = { news, counts, stock };
        sale = publicSaleOf(found);
        news = saleNews(sale);
        stock = JSON.stringify(sale.stock);
        counts = JSON.stringify([stock, sale.waiting, sale.active, sale.lobby]);
        if (before.news !== news || before.counts !== counts) {
          version += 1;
          text = JSON.stringify({ type: 'sale', id: eventId(cursor()), sale });
          if (before.news !== '') onChange({ urgent: before.news !== news, stock: before.stock !== stock });
        }
        return sale;
      })
      .finally(() => { fetching = null; });
    return fetching;
  };

  const look = (): void => {
    timer = null;
    // Redis may be away: the next event, or the next browser, looks again.
    fetchNow().catch(() => {});
  };

  return {
    current: () => sale,
    version: () => version,
    frame: () => text,
    touch: () => {
      if (!stopped) timer ??= setTimeout(look, Math.max(0, fetchedAtMs + spacingMs - performance.now()));
    },
    get: async () => (sale && performance.now() - fetchedAtMs < spacingMs ? sale : await fetchNow()),
    stop: () => {
      stopped = true;
      if (timer) clearTimeout(timer);
    },
  };
};
