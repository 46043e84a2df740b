import { eventId, type Sale } from '@sunbeon/contracts';
import { publicSaleOf, readSale } from '@sunbeon/runtime';
import { urgentFingerprint } from '../broadcast/frames.ts';
import type { LiveContext } from '../live-context.ts';

const saleSnapshotLimits = {
  /** At most one look at the sale a second, however many sockets and events there are, ms. */
  spacingMs: 1_000,
  /** A look from which the time of the server is told is not older than this, ms: clocks are set, and drift. */
  clockMs: 30_000,
  /** The moment at which a sale opens or closes by itself is looked for again after this, ms: a timer holds 24 days at the most. */
  farthestMs: 3_600_000,
} as const;

/** When the sale opens or closes by itself, ms after the look at it; null when it does neither. */
const turnsAfterMs = ({ status, opensAt, closesAt, serverTime }: Sale): number | null => {
  const times = [status === 'scheduled' ? opensAt : undefined, status === 'closed' ? undefined : closesAt];
  const ahead = times.flatMap((time) => (time === undefined ? [] : [Date.parse(time) - Date.parse(serverTime)])).filter((ms) => ms > 0);
  return ahead.length === 0 ? null : Math.min(...ahead);
};

/** The public sale as last read, and which of its changes are urgent. */
export interface SaleSnapshot {
  current: () => Sale | null;
  /** Grows whenever anything of the sale changed. */
  version: () => number;
  /** The `sale` frame of the current version, serialised once. */
  frame: () => string;
  /** Something happened: look at the sale as soon as the spacing allows. */
  touch: () => void;
  /** The sale, fetched now unless it was within the spacing and has neither opened nor closed since. Null when there is none. */
  get: () => Promise<Sale | null>;
  /** The clock of Redis as the last look told it, ms. */
  serverNow: () => number;
  stop: () => void;
}

/** `urgent`: everybody should hear of it now; `stock`: those who buy should. `cursor`: the event number for the frame's id. */
export const createSaleSnapshot = (
  context: LiveContext,
  saleId: string,
  cursor: () => number,
  onChange: (change: { urgent: boolean; stock: boolean }) => void,
): SaleSnapshot => {
  let sale: Sale | null = null;
  let text = '';
  let urgent = '';
  let counts = '';
  let stock = '';
  let version = 0;
  let fetchedAtMs = -Infinity;
  let fetching: Promise<Sale | null> | null = null;
  let timer: NodeJS.Timeout | null = null;
  let triedAtMs = -Infinity;
  let serverMs = 0;
  /** By the clock of this process, which is never set. */
  let turnsAtMs = Infinity;
  let turn: NodeJS.Timeout | null = null;
  let stopped = false;

  /** Looks again at the very moment: what can be done then is what is shown. */
  const awaitTurn = (now: Sale): void => {
    if (turn) clearTimeout(turn);
    const afterMs = turnsAfterMs(now);
    turnsAtMs = afterMs === null ? Infinity : fetchedAtMs + afterMs;
    turn = afterMs === null ? null : setTimeout(look, Math.min(afterMs + 1, saleSnapshotLimits.farthestMs));
  };

  const fetchNow = (): Promise<Sale | null> => {
    fetching ??= readSale(context.service.redis, saleId)
      .then((found) => {
        fetchedAtMs = performance.now();
        if (!found || stopped) return null;
        const before = { urgent, counts, stock };
        sale = publicSaleOf(found);
        serverMs = Date.parse(sale.serverTime);
        awaitTurn(sale);
        urgent = urgentFingerprint(sale);
        stock = JSON.stringify(sale.stock);
        counts = JSON.stringify([stock, sale.waiting, sale.active, sale.lobby]);
        if (before.urgent !== urgent || before.counts !== counts) {
          version += 1;
          text = JSON.stringify({ type: 'sale', id: eventId(cursor()), sale });
          if (before.urgent !== '') onChange({ urgent: before.urgent !== urgent, stock: before.stock !== stock });
        }
        return sale;
      })
      .finally(() => {
        fetching = null;
      });
    return fetching;
  };

  const look = (): void => {
    if (timer) clearTimeout(timer);
    timer = null;
    triedAtMs = performance.now();
    // Redis may be away: the next event, or the next browser, looks again; a sale that opened or closed is looked for until it is found.
    fetchNow().catch(() => {
      if (performance.now() >= turnsAtMs) touch();
    });
  };
  const touch = (): void => {
    if (!stopped)
      timer ??= setTimeout(look, Math.max(0, Math.max(fetchedAtMs, triedAtMs) + saleSnapshotLimits.spacingMs - performance.now()));
  };

  return {
    current: () => sale,
    version: () => version,
    frame: () => text,
    touch,
    get: async () =>
      sale && performance.now() - fetchedAtMs < saleSnapshotLimits.spacingMs && performance.now() < turnsAtMs ? sale : await fetchNow(),
    serverNow: () => {
      const sinceMs = performance.now() - fetchedAtMs;
      if (sinceMs > saleSnapshotLimits.clockMs) touch();
      return serverMs + sinceMs;
    },
    stop: () => {
      stopped = true;
      for (const pending of [timer, turn]) if (pending) clearTimeout(pending);
    },
  };
};
