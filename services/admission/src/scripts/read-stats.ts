import { eventNumber, type SaleStatus } from '@sunbeon/contracts';
import { defineScript, type NoSale } from '@sunbeon/runtime';

/** All active visitors and all holds, at one instant. */
export interface Members {
  /** Visitor → deadline, ms. */
  active: Map<string, number>;
  /** Visitor → the living hold, or ''. */
  sessions: Map<string, string>;
  holds: Map<string, { visitor: string; quantity: number }>;
}

/** All counts of a sale at one instant. */
export interface Stats {
  nowMs: number;
  status: SaleStatus;
  activeLimit: number;
  admitPerSecond: number;
  perVisitorLimit: number;
  generation: number;
  flow: {
    seq: number;
    frontier: number;
    admitted: number;
    left: number;
    leftActive: number;
    expired: number;
    purchased: number;
    claimed: number;
    event: number;
    tickAtMs: number;
    completed: number;
    abandoned: number;
    /** Purchases that were cancelled, and their tickets. */
    cancelled: number;
    cancelledTickets: number;
    claimMissed: number;
  };
  /** What the last tick stored; see forecast/stored.ts. '' for none. */
  forecast: string;
  stock: { total: number; left: number; held: number; sold: number };
  count: {
    queue: number;
    active: number;
    holds: number;
    holdData: number;
    purchases: number;
    departed: number;
    sessions: number;
    receipts: number;
    overdueActive: number;
    overdueHolds: number;
    bought: number;
    passes: number;
    stays: number;
    /** While the order is drawn: visitors without a number yet, and departures whose number is not written yet. */
    unplaced: number;
    unwritten: number;
  };
  /** First and last seq in the line; null when it is empty. */
  queueFirst: number | null;
  queueLast: number | null;
  /** Numbers of the oldest and the newest entry of the stream; null when it is empty. */
  eventFirst: number | null;
  eventLast: number | null;
  /** Sums of the gateways' reports: open connections, completed estimates and the sum of their errors, number of fresh gateways, their refusals in the last minute. */
  live: { browsers: number; estimates: number; errorSeconds: number; gateways: number; refused: number };
  /** Null when there are more than `members`. */
  members: Members | null;
}

type Texts = (string | null)[];
type Reply =
  | []
  | [
      string,
      SaleStatus,
      Texts,
      Texts,
      Texts,
      number[],
      [string, string],
      [string, string],
      [] | [string[], string[], string[]],
      [number, number, string, number, number],
    ];

const pairsOf = (flat: readonly string[]): [string, string][] =>
  Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i]!, flat[2 * i + 1]!]);
const scoreOf = (text: string): number | null => (text === '' ? null : Number(text));

const membersOf = (rows: [] | [string[], string[], string[]]): Members | null => {
  if (rows.length === 0) return null;
  const [active, sessions, holds] = rows;
  return {
    active: new Map(pairsOf(active).map(([visitor, deadline]) => [visitor, Number(deadline)])),
    sessions: new Map(pairsOf(sessions)),
    holds: new Map(pairsOf(holds).map(([hold, json]) => [hold, JSON.parse(json) as { visitor: string; quantity: number }])),
  };
};

/** In the order of the script's answer. */
const flowFields = [
  'seq',
  'frontier',
  'admitted',
  'left',
  'leftActive',
  'expired',
  'purchased',
  'claimed',
  'event',
  'tickAtMs',
  'completed',
  'abandoned',
  'cancelled',
  'cancelledTickets',
  'claimMissed',
] as const satisfies (keyof Stats['flow'])[];

/** `members`: list those inside and their holds if there are at most so many. */
export const readStats = defineScript<{ members: number }, ({ outcome: 'read' } & Stats) | NoSale>({
  name: 'admission/read-stats',
  url: new URL('./read-stats.lua', import.meta.url),
  keys: [
    'sale',
    'flow',
    'queue',
    'active',
    'stock',
    'holds',
    'holdData',
    'purchases',
    'departed',
    'events',
    'sessions',
    'receipts',
    'bought',
    'browsers',
    'passes',
    'stays',
    'lobby',
  ],
  arguments: ({ members }) => [members],
  decode: (reply) => {
    const rows = reply as Reply;
    if (rows.length === 0) return { outcome: 'no_sale' };
    const [now, status, settings, flow, stock, counts, ends, ids, members, [browsers, estimates, errors, gateways, refused]] = rows;
    const [activeLimit, admitPerSecond, perVisitorLimit, generation] = settings.map(Number) as [number, number, number, number];
    const [total, free, held, sold] = stock.map(Number) as [number, number, number, number];
    const [
      queue,
      active,
      holds,
      holdData,
      purchases,
      departed,
      sessions,
      receipts,
      overdueActive,
      overdueHolds,
      bought,
      passes,
      stays,
      unplaced,
      unwritten,
    ] = counts as [number, number, number, number, number, number, number, number, number, number, number, number, number, number, number];
    return {
      outcome: 'read',
      nowMs: Number(now),
      status,
      activeLimit,
      admitPerSecond,
      perVisitorLimit,
      generation,
      flow: Object.fromEntries(flowFields.map((name, i) => [name, Number(flow[i])])) as Stats['flow'],
      forecast: flow[flowFields.length] ?? '',
      stock: { total, left: free, held, sold },
      count: {
        queue,
        active,
        holds,
        holdData,
        purchases,
        departed,
        sessions,
        receipts,
        overdueActive,
        overdueHolds,
        bought,
        passes,
        stays,
        unplaced,
        unwritten,
      },
      queueFirst: scoreOf(ends[0]),
      queueLast: scoreOf(ends[1]),
      eventFirst: eventNumber(ids[0]),
      eventLast: eventNumber(ids[1]),
      live: { browsers, estimates, errorSeconds: Number(errors), gateways, refused },
      members: membersOf(members),
    };
  },
});
