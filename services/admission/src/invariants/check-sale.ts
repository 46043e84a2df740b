import { decodeEvent, keys, type SaleEvent } from '@sunbeon/contracts';
import type { RedisClient } from '@sunbeon/runtime';
import { readStats, type Stats } from '../scripts/read-stats.ts';
import { checkStats } from './check-stats.ts';
import { checkDraw } from './check-draw.ts';
import { checkReplay } from './check-replay.ts';
import { formatCount, checkResultOf, type CheckResult } from './check-result.ts';
import { createReplay, type Replay } from './replay.ts';

export const checkLimits = {
  /** Active visitors, or holds, listed in one step (about 20 ms of Redis at most); more are only counted. */
  members: 20_000,
  /** Entries per read of the stream, the line or a hash; a millisecond or two of Redis. */
  page: 1_000,
} as const;

/** `done` of `of` (0 when unknown), for a progress line. */
export type Progress = (what: string, done: number, of: number) => void;

type Entry = [id: string, fields: string[]];

/** Events 1 to `through`; null when the oldest are trimmed. An external entry ends the replay as a gap. */
export const replayEvents = async (
  redis: RedisClient,
  saleId: string,
  stats: Stats,
  progress: Progress = () => {},
): Promise<Replay | null> => {
  if (stats.eventFirst !== 1) return null;
  const replay = createReplay();
  const through = stats.flow.event;
  for (let next = 1; next <= through;) {
    const entries = (await redis.xrange(keys.events(saleId), `${next}-0`, `${through}-0`, 'COUNT', checkLimits.page)) as Entry[];
    if (entries.length === 0) break;
    for (const event of entries.map(([id, fields]) => decodeEvent(id, fields)).filter((event): event is SaleEvent => event !== null))
      replay.apply(event);
    next = Number(entries.at(-1)![0].split('-', 1)[0]) + 1;
    progress('events', next - 1, through);
  }
  return replay;
};

/** All entries of a hash, in steps; entries added meanwhile may be missing. */
const scanHash = async (redis: RedisClient, key: string): Promise<Map<string, string>> => {
  const found = new Map<string, string>();
  let cursor = '0';
  do {
    const [next, flat] = await redis.hscan(key, cursor, 'COUNT', checkLimits.page);
    for (let i = 0; i + 1 < flat.length; i += 2) found.set(flat[i]!, flat[i + 1]!);
    cursor = next;
  } while (cursor !== '0');
  return found;
};

interface Kept {
  visitor: string;
  quantity: number;
  cancelledAtMs?: number;
}

/** Purchases and cancellations are append-only: the numbers read lie between those before and after the read. */
const checkPurchases = (
  before: Stats,
  after: Stats,
  kept: ReadonlyMap<string, string>,
  receipts: ReadonlyMap<string, string>,
  bought: ReadonlyMap<string, string>,
  replay: Replay | null,
): CheckResult => {
  const purchases = new Map([...kept].map(([id, json]) => [id, JSON.parse(json) as Kept]));
  const ticketsOf = (rows: Kept[]): number => rows.reduce((sum, { quantity }) => sum + quantity, 0);
  const tickets = ticketsOf([...purchases.values()]);
  const cancelled = ticketsOf([...purchases.values()].filter(({ cancelledAtMs }) => cancelledAtMs !== undefined));
  const perVisitor = [...bought.values()].reduce((sum, text) => sum + Number(text), 0);
  const given = [...receipts.values()].flatMap((json) => JSON.parse(json) as string[]);
  const within = (value: number, low: number, high: number) => value >= low && value <= high;
  /** Tickets ever sold. */
  const everSold = ({ stock, flow }: Stats): number => stock.sold + flow.cancelledTickets;
  const [first, last] = [before.flow.cancelledTickets, after.flow.cancelledTickets];
  const foreign =
    replay &&
    [...purchases].find(([id, { visitor, quantity }]) => {
      const event = replay.purchases.get(id);
      return event?.visitor !== visitor || event.quantity !== quantity;
    });
  return checkResultOf(
    'I8',
    'purchases',
    `${formatCount(purchases.size)} purchases of ${formatCount(tickets)} tickets by ${formatCount(bought.size)} visitors`,
    [
      !within(tickets, everSold(before), everSold(after)) && `${tickets} tickets in purchases, ${everSold(after)} sold`,
      !within(cancelled, first, last) && `${cancelled} tickets in cancelled purchases, ${last} counted`,
      !within(perVisitor, everSold(before) - last, everSold(after) - first) && `${perVisitor} tickets by visitor, ${after.stock.sold} sold`,
      new Set(given).size !== given.length && 'a purchase has two receipts',
      (given.length < before.flow.purchased || given.length > after.flow.purchased) &&
        `${given.length} receipts for ${after.flow.purchased} purchases`,
      foreign ? `purchase ${foreign[0]} has no event` : null,
    ],
  );
};

/** The whole line by seq, read after `then`: a visitor in it with a seq of then was in it then. */
const checkLine = async (redis: RedisClient, saleId: string, then: Stats, progress: Progress): Promise<CheckResult> => {
  const departed = (await redis.getBuffer(keys.departed(saleId))) ?? Buffer.alloc(0);
  const faults: string[] = [];
  let last = 0;
  let seen = 0;
  for (;;) {
    const flat = await redis.zrangebyscore(keys.queue(saleId), `(${last}`, '+inf', 'WITHSCORES', 'LIMIT', 0, checkLimits.page);
    for (let i = 0; i + 1 < flat.length; i += 2) {
      const [visitor, seq] = [flat[i]!, Number(flat[i + 1])];
      seen += 1;
      if (!Number.isSafeInteger(seq) || seq < 1) faults.push(`${visitor} stands at ${flat[i + 1]}`);
      if (seq <= last) faults.push(`number ${seq} was given twice`);
      if (seq <= then.flow.frontier) faults.push(`number ${seq} was passed over`);
      if (seq <= then.flow.seq && then.members?.active.has(visitor)) faults.push(`${visitor} waits and is inside`);
      // Bit seq, as SETBIT counts. Read after `then`: later departures are not in the line any more.
      if (((departed[seq >> 3] ?? 0) & (0x80 >> (seq & 7))) !== 0) faults.push(`number ${seq} left and still waits`);
      last = seq;
    }
    progress('line', seen, then.count.queue);
    if (flat.length < 2 * checkLimits.page) break;
  }
  return checkResultOf('I4', 'the line', `${formatCount(seen)} numbers, each once, in order`, faults);
};

/**
 * Recomputes every invariant of one sale from Redis and from its stream, while it runs: counts in one step, the rest in bounded pages with
 * comparisons that concurrent changes cannot disturb. Read-only. Null when there is no such sale.
 */
export const checkSale = async (
  redis: RedisClient,
  saleId: string,
  progress: Progress = () => {},
): Promise<{ stats: Stats; results: CheckResult[] } | null> => {
  const before = await readStats.run(redis, saleId, { members: 0 });
  if (before.outcome === 'no_sale') return null;
  progress('purchases', 0, before.count.purchases);
  const kept = await scanHash(redis, keys.purchases(saleId));
  const receipts = await scanHash(redis, keys.receipts(saleId));
  const bought = await scanHash(redis, keys.bought(saleId));
  const stats = await readStats.run(redis, saleId, { members: checkLimits.members });
  if (stats.outcome === 'no_sale') return null;
  const replay = await replayEvents(redis, saleId, stats, progress);
  const results = [
    ...checkStats(stats),
    checkPurchases(before, stats, kept, receipts, bought, replay),
    await checkLine(redis, saleId, stats, progress),
    ...(replay
      ? [...checkReplay(stats, replay), ...(await checkDraw(redis, saleId, stats.generation, replay))]
      : [
          {
            invariant: 'I9' as const,
            title: 'events rebuild the sale',
            verdict: 'unknown' as const,
            text: `the stream begins at event ${stats.eventFirst ?? 'none'}: older ones were trimmed`,
          },
        ]),
  ];
  return { stats, results };
};
