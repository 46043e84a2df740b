import { createHash } from 'node:crypto';
import { limits, type Line, type Sale } from '@sunbeon/contracts';
import type { Mirror } from '../stream/mirror.ts';
import type { SaleSnapshot } from '../stream/sale-snapshot.ts';

export const publishedLineLimits = {
  /** Time for which a computed line is given to everyone, ms: one tick. */
  tickMs: limits.tickMs,
  /** Longest age of a line that is given while Redis is away, ms; as long as `stale-if-error` of its caches. */
  staleMs: 30_000,
} as const;
const blockSeqs = limits.departuresBlockSeqs;

/** Shortest sensible interval of requests, ms: positions change in an open sale alone. */
const nextMs: Record<Sale['status'], number> = {
  scheduled: 5_000,
  lobby: 5_000,
  drawing: 1_000,
  open: 1_000,
  paused: 1_000,
  closed: 10_000,
};

interface Block {
  count: number;
  bitmap: Buffer;
}
/** One moment of a line. Blocks change with it alone, so that one tick makes at most one new address of a block. */
export interface PublishedLine {
  body: Buffer;
  etag: string;
  generation: number;
  blocks: readonly Block[];
}

/** The public line of one sale from the mirror, computed at most once a tick, when it is asked for. Null: the sale is gone. */
export const createPublishedLine = (
  saleId: string,
  mirror: () => Mirror,
  snapshot: Pick<SaleSnapshot, 'get' | 'serverNow'>,
): { get: () => Promise<PublishedLine | null> } => {
  let published: PublishedLine | null = null;
  let computing: Promise<PublishedLine | null> | null = null;
  let [triedAtMs, computedAtMs] = [-Infinity, -Infinity];
  /** The mirror that `blocks` are of: after a reload every bit may differ. */
  let source: Mirror | null = null;
  let blocks: Block[] = [];
  let fingerprint = '';

  const refreshBlocks = ({ leftSeqs, lastSeq }: Mirror): void => {
    let before = 0;
    for (let block = 0; block * blockSeqs <= lastSeq; block += 1) {
      const through = leftSeqs.countUpTo((block + 1) * blockSeqs - 1);
      const count = through - before;
      before = through;
      if (blocks[block]?.count !== count) blocks[block] = { count, bitmap: Buffer.from(leftSeqs.bitmap(block * blockSeqs, blockSeqs)) };
    }
  };

  const compute = async (): Promise<PublishedLine | null> => {
    const sale = await snapshot.get();
    if (sale === null) return (published = null);
    const now = mirror();
    if (source !== now) [source, blocks] = [now, []];
    refreshBlocks(now);
    computedAtMs = performance.now();
    const from = Math.floor(now.frontier / blockSeqs);
    const { status, admitPerSecond, stock, message, opensAt, lobby } = sale;
    const line: Omit<Line, 'at'> = {
      version: 1,
      saleId,
      generation: now.generation,
      status,
      lastSeq: now.lastSeq,
      frontier: now.frontier,
      waiting: now.waiting,
      admitPerSecond,
      pace: now.pace,
      ...(stock === undefined ? {} : { stock: { left: stock.left, held: stock.held, total: stock.total } }),
      ...(message === undefined ? {} : { message }),
      ...(opensAt === undefined ? {} : { opensAt }),
      ...(lobby === 0 ? {} : { lobby }),
      departures: { block: blockSeqs, from, counts: blocks.slice(from).map(({ count }) => count) },
      next: nextMs[status],
    };
    const seen = JSON.stringify(line);
    // `at` stays while nothing else changes: the same bytes, and 304 for those who have them.
    if (published === null || seen !== fingerprint || published.blocks !== blocks) {
      fingerprint = seen;
      const { version, saleId: id, generation, status: state, ...rest } = line;
      const text = JSON.stringify({
        version,
        saleId: id,
        generation,
        status: state,
        at: new Date(snapshot.serverNow()).toISOString(),
        ...rest,
      });
      const etag = `"${createHash('sha1').update(text).digest('base64url')}"`;
      published = { body: Buffer.from(text), etag, generation, blocks };
    }
    return published;
  };

  return {
    get: async () => {
      const at = performance.now();
      if (published !== null && source === mirror() && at - triedAtMs < publishedLineLimits.tickMs) return published;
      computing ??= compute().finally(() => {
        triedAtMs = performance.now();
        computing = null;
      });
      return await computing.catch((error: unknown) => {
        if (published !== null && performance.now() - computedAtMs < publishedLineLimits.staleMs) return published;
        throw error;
      });
    },
  };
};
