import { eventId, type Chances, type Sale } from '@sunbeon/contracts';
import { publicSaleOf, readSaleAndChances } from '@sunbeon/runtime';
import { estimateFingerprint, urgentFingerprint } from '../broadcast/frames.ts';
import type { LiveContext } from '../live-context.ts';
import { createReadAfter } from './read-after.ts';

const saleSnapshotLimits = {
  /** Shortest interval between two reads of the sale, ms, however many sockets and events there are. */
  spacingMs: 1_000,
  /** Shortest interval between two reads after operators' actions, ms: the crowd hears of one at once, and of many ten times a second. */
  soonMs: 100,
  /** Longest age of a read from which the server's time is computed, ms: clocks are set, and drift. */
  clockMs: 30_000,
  /** Longest timer until a sale opens or closes by itself, ms: a timer holds 24 days at most. */
  farthestMs: 3_600_000,
} as const;

/** Time from the read until the sale opens or closes by itself, ms; null when it does neither. */
const turnsAfterMs = ({ status, lobbyOpensAt, opensAt, closesAt, serverTime }: Sale): number | null => {
  const isAhead = status === 'scheduled' || status === 'lobby';
  const times = [
    status === 'scheduled' ? lobbyOpensAt : undefined,
    isAhead ? opensAt : undefined,
    status === 'closed' ? undefined : closesAt,
  ];
  const ahead = times.flatMap((time) => (time === undefined ? [] : [Date.parse(time) - Date.parse(serverTime)])).filter((ms) => ms > 0);
  return ahead.length === 0 ? null : Math.min(...ahead);
};

/** The public sale as last read, and which of its changes are urgent. */
export interface SaleSnapshot {
  current: () => Sale | null;
  /** The chances of its line, of the same read. */
  chances: () => Chances;
  /** Increases with every change of the sale. */
  version: () => number;
  /** The `sale` frame of the current version, serialised once. */
  frame: () => string;
  /** Invalidates the snapshot: it is read again as soon as the interval allows; `soon`: after an operator's action. */
  touch: (soon?: boolean) => void;
  /** The sale, read now unless the last read is within the interval and no opening or closing followed. Null when there is none; rejects when Redis is away, or when stopped. */
  get: () => Promise<Sale | null>;
  /** Redis's clock, extrapolated from the last read, ms. */
  serverNow: () => number;
  stop: () => void;
}

/**
 * `urgent`: for every socket at once; `estimates`: it changes them; `stock`: for active visitors. `cursor`: the event number for the frame's id.
 */
export const createSaleSnapshot = (
  context: LiveContext,
  saleId: string,
  cursor: () => number,
  onChange: (change: { urgent: boolean; estimates: boolean; stock: boolean }) => void,
): SaleSnapshot => {
  let sale: Sale | null = null;
  let chances: Chances = [];
  let text = '';
  let urgent = '';
  let estimates = '';
  let counts = '';
  let stock = '';
  let version = 0;
  let fetchedAtMs = -Infinity;
  let timer: NodeJS.Timeout | null = null;
  let dueAtMs = Infinity;
  let soonAtMs = -Infinity;
  let triedAtMs = -Infinity;
  let serverMs = 0;
  /** By the monotonic clock of this process. */
  let turnsAtMs = Infinity;
  let turn: NodeJS.Timeout | null = null;
  let stopped = false;

  /** Reads again exactly at the opening or closing, so that the page shows the allowed actions. */
  const awaitTurn = (now: Sale): void => {
    if (turn) clearTimeout(turn);
    const afterMs = turnsAfterMs(now);
    turnsAtMs = afterMs === null ? Infinity : fetchedAtMs + afterMs;
    turn = afterMs === null ? null : setTimeout(look, Math.min(afterMs + 1, saleSnapshotLimits.farthestMs));
  };

  const fetchNow = createReadAfter(async (): Promise<Sale | null> => {
    const found = await readSaleAndChances(context.service.redis, saleId);
    fetchedAtMs = performance.now();
    if (!found) return null;
    // The sale exists: null would end it for those who ask.
    if (stopped) throw new Error('this sale is no longer followed');
    const before = { urgent, estimates, counts, stock };
    sale = publicSaleOf(found.sale);
    ({ chances } = found);
    serverMs = Date.parse(sale.serverTime);
    awaitTurn(sale);
    urgent = urgentFingerprint(sale);
    estimates = estimateFingerprint(sale);
    stock = JSON.stringify(sale.stock);
    counts = JSON.stringify([stock, sale.waiting, sale.active, sale.lobby]);
    if (before.urgent !== urgent || before.counts !== counts) {
      version += 1;
      text = JSON.stringify({ type: 'sale', id: eventId(cursor()), sale });
      if (before.urgent !== '')
        onChange({ urgent: before.urgent !== urgent, estimates: before.estimates !== estimates, stock: before.stock !== stock });
    }
    return sale;
  });

  const look = (): void => {
    if (timer) clearTimeout(timer);
    timer = null;
    triedAtMs = performance.now();
    // Redis may be away: the next event or the next browser reads again; an opening or closing is read again until it succeeds.
    fetchNow().catch(() => {
      if (performance.now() >= turnsAtMs) touch();
    });
  };
  const touch = (soon = false): void => {
    const { soonMs, spacingMs } = saleSnapshotLimits;
    const atMs = soon ? soonAtMs + soonMs : Math.max(fetchedAtMs, triedAtMs) + spacingMs;
    if (stopped || (timer !== null && dueAtMs <= atMs)) return;
    if (timer) clearTimeout(timer);
    dueAtMs = Math.max(atMs, performance.now());
    if (soon) soonAtMs = dueAtMs;
    timer = setTimeout(look, dueAtMs - performance.now());
  };

  return {
    current: () => sale,
    chances: () => chances,
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
