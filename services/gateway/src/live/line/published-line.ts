import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { limits, type Line, type Sale } from '@sunbeon/contracts';
import type { Mirror } from '../stream/mirror.ts';
import type { SaleSnapshot } from '../stream/sale-snapshot.ts';

export const publishedLineLimits = {
  /** Time for which a computed line is given to everyone, ms: one tick. */
  tickMs: limits.tickMs,
  /** Longest age of a line that is given while Redis is away, ms; as long as `stale-if-error` of its caches. */
  staleMs: 30_000,
  /** Longest wait for a new line where there is an old one, ms. */
  patienceMs: 250,
  /** Longest age of `at` while nothing else changes, ms: an older one is told by a cache that reaches no gateway. */
  renewMs: 10_000,
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
/** The bytes of a line in one encoding. */
export interface LineBytes {
  body: Buffer;
  /** Strong: another encoding has another. */
  etag: string;
}
/** One moment of a line. Blocks change with it alone, so that one tick makes at most one new address of a block. */
export interface PublishedLine {
  plain: LineBytes;
  /** Compressed once, for the first who asks. */
  gzipped: () => LineBytes;
  generation: number;
  blocks: readonly Block[];
  /** Whether it is still given to everyone who asks. */
  isCurrent: () => boolean;
}

/** The public line of one sale from the mirror, computed at most once a tick, when it is asked for. Null: the sale is gone. */
export const createPublishedLine = (
  saleId: string,
  mirror: () => Mirror,
  snapshot: Pick<SaleSnapshot, 'get' | 'chances' | 'serverNow'>,
): { get: () => Promise<PublishedLine | null> } => {
  let published: PublishedLine | null = null;
  let computing: Promise<PublishedLine | null> | null = null;
  let [triedAtMs, computedAtMs, madeAtMs] = [-Infinity, -Infinity, -Infinity];
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

  const isCurrent = (line: PublishedLine): boolean =>
    line === published && source === mirror() && performance.now() - triedAtMs < publishedLineLimits.tickMs;

  const compute = async (): Promise<PublishedLine | null> => {
    const sale = await snapshot.get();
    if (sale === null) return (published = null);
    const now = mirror();
    if (source !== now) [source, blocks] = [now, []];
    refreshBlocks(now);
    computedAtMs = performance.now();
    const chances = snapshot.chances();
    const from = Math.floor(now.frontier / blockSeqs);
    const { status, admitPerSecond, stock, message, opensAt, lobby } = sale;
    const statement: Omit<Line, 'at'> = {
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
      ...(chances.length === 0 ? {} : { chances: chances.map(([position, chance]) => [position, chance] as [number, number]) }),
      ...(message === undefined ? {} : { message }),
      ...(opensAt === undefined ? {} : { opensAt }),
      ...(lobby === 0 ? {} : { lobby }),
      departures: { block: blockSeqs, from, counts: blocks.slice(from).map(({ count }) => count) },
      next: nextMs[status],
    };
    const seen = JSON.stringify(statement);
    // `at` stays for a while when nothing else changes: the same bytes, and 304 for those who have them.
    const isOld = computedAtMs - madeAtMs >= publishedLineLimits.renewMs;
    if (published === null || isOld || seen !== fingerprint || published.blocks !== blocks) {
      [fingerprint, madeAtMs] = [seen, computedAtMs];
      const { version, saleId: id, generation, status: state, ...rest } = statement;
      const text = JSON.stringify({
        version,
        saleId: id,
        generation,
        status: state,
        at: new Date(snapshot.serverNow()).toISOString(),
        ...rest,
      });
      const body = Buffer.from(text);
      const name = createHash('sha1').update(body).digest('base64url');
      let gzipped: LineBytes | null = null;
      const line: PublishedLine = {
        plain: { body, etag: `"${name}"` },
        gzipped: () => (gzipped ??= { body: gzipSync(body), etag: `"${name}-gz"` }),
        generation,
        blocks,
        isCurrent: () => isCurrent(line),
      };
      published = line;
    }
    return published;
  };

  /** The last line, while it may be given; null when it is too old. */
  const lastGood = (): PublishedLine | null =>
    published !== null && performance.now() - computedAtMs < publishedLineLimits.staleMs ? published : null;
  const computeOrLast = (): Promise<PublishedLine | null> => {
    const computed = compute()
      .finally(() => {
        triedAtMs = performance.now();
        computing = null;
      })
      .catch((error: unknown) => {
        const last = lastGood();
        if (last !== null) return last;
        published = null;
        throw error;
      });
    if (lastGood() === null) return computed;
    // A Redis that hangs holds up nobody who can have the last line.
    let timer: NodeJS.Timeout;
    const late = new Promise<PublishedLine | null>((resolve) => {
      timer = setTimeout(() => resolve(lastGood() ?? computed), publishedLineLimits.patienceMs);
    });
    return Promise.race([computed.finally(() => clearTimeout(timer)), late]);
  };

  return {
    get: async () => {
      if (published !== null && isCurrent(published)) return published;
      return await (computing ??= computeOrLast());
    },
  };
};
