/** Answer of `GET /api/sales/{sale}/line`: the same for everyone. */
export interface Line {
  version: 1;
  saleId: string;
  /** Creation of the sale, ms; a sale made anew under the same id has another. */
  generation: number;
  status: 'scheduled' | 'lobby' | 'drawing' | 'open' | 'paused' | 'closed';
  /** When it was computed, ISO 8601. */
  at: string;
  /** Highest seq given. */
  lastSeq: number;
  /** Seqs up to this one do not wait any more. */
  frontier: number;
  waiting: number;
  admitPerSecond: number;
  /** Observed admissions per second. */
  pace: number;
  stock?: { left: number; held: number; total: number };
  /** Chances of the places, falling: the last position with at least this chance. Absent while unknown. */
  chances?: readonly (readonly [position: number, chance: number])[];
  message?: string;
  opensAt?: string;
  lobby?: number;
  /** Departures of each block of `block` seqs, from block `from` on. */
  departures: { block: number; from: number; counts: readonly number[] };
  /** Shortest sensible interval between two requests, ms. */
  next: number;
}

/** A block of departures: 512 bytes at `path`. `count`: number of its departures. */
export interface DeparturesBlock {
  block: number;
  count: number;
  path: string;
}

/** Bitmaps of this generation by block. Bit seq mod 4,096, least significant bit of a byte first: that seq left. */
export type Bitmaps = ReadonlyMap<number, Uint8Array>;

export type Place =
  /** `position` 1 is the next to be admitted. */
  | { state: 'waiting'; position: number }
  /** seq ≤ frontier: it may be this visitor's turn; `queue/me` knows. */
  | { state: 'turn' }
  /** The visitor left the line. */
  | { state: 'left' }
  /** Bitmaps are missing or older than the line: fetch these blocks. */
  | { state: 'incomplete'; blocks: DeparturesBlock[] }
  /** The sale was made anew: the seq is of another line. */
  | { state: 'other_generation' };

const blockOf = (line: Line, seq: number): number => Math.floor(seq / line.departures.block);
const countOf = ({ departures: { from, counts } }: Line, block: number): number => counts[block - from] ?? 0;

/** Departures with `after` < seq < `before`, of one block. */
const countBetween = (line: Line, bits: Uint8Array | undefined, block: number, after: number, before: number): number => {
  const first = block * line.departures.block;
  const end = Math.min(line.departures.block, before - first);
  let count = 0;
  for (let bit = Math.max(0, after + 1 - first); bit < end; bit += 1) count += ((bits?.[bit >> 3] ?? 0) >> (bit & 7)) & 1;
  return count;
};

/** Blocks whose bitmaps the place of `seq` needs: at most two, those of the frontier and of `seq`. A block without departures needs none. */
export const blocksFor = (line: Line, seq: number): DeparturesBlock[] =>
  seq <= line.frontier
    ? []
    : [...new Set([blockOf(line, line.frontier), blockOf(line, seq)])]
        .map((block) => ({ block, count: countOf(line, block) }))
        .filter(({ count }) => count > 0)
        .map(({ block, count }) => ({
          block,
          count,
          path: `/api/sales/${line.saleId}/line/${line.generation}/departures/${block}/${count}`,
        }));

/** Exact place of `seq`. `generation`: that of the visitor's place. A bitmap newer than the line is as good. */
export const placeOf = (line: Line, seq: number, bitmaps: Bitmaps, generation: number): Place => {
  if (generation !== line.generation) return { state: 'other_generation' };
  if (seq <= line.frontier) return { state: 'turn' };
  const blocks = blocksFor(line, seq).filter(({ block, count }) => countBetween(line, bitmaps.get(block), block, -1, Infinity) < count);
  if (blocks.length > 0) return { state: 'incomplete', blocks };
  const [first, last] = [blockOf(line, line.frontier), blockOf(line, seq)];
  const departures = (block: number, after: number, before: number): number => countBetween(line, bitmaps.get(block), block, after, before);
  if (departures(last, seq - 1, seq + 1) > 0) return { state: 'left' };
  let left = departures(first, line.frontier, seq);
  if (last > first) left += departures(last, -1, seq);
  for (let block = first + 1; block < last; block += 1) left += countOf(line, block);
  return { state: 'waiting', position: seq - line.frontier - left };
};

/** Likelihood (0.01 to 1, two decimals) that tickets are left when the turn of `position` comes; undefined while unknown. */
export const chanceOf = ({ status, chances }: Line, position: number): number | undefined => {
  if (!chances?.length || (status !== 'open' && status !== 'paused')) return undefined;
  const i = chances.findIndex(([last]) => position <= last);
  if (i <= 0) return i === 0 ? 1 : chances[chances.length - 1]![1];
  const [[from, above], [to, below]] = [chances[i - 1]!, chances[i]!];
  return Math.round(100 * (above - ((above - below) * (position - from)) / (to - from))) / 100;
};

const nearMs = 1_000;
const farMs = 12_500;
const spread = 0.2;
/** Interval as a share of the shortest wait, so that a turn is heard soon after it comes. */
const shareOfWait = 1 / 4;

/** Time until the next request for the line, ms: 1 s near the front to 15 s at the back. `jitter`, 0 to 1: spreads a crowd. */
export const nextIn = (line: Line, position: number, jitter: number = Math.random()): number => {
  const waitMs = (position / Math.max(line.admitPerSecond, line.pace)) * 1_000;
  return Math.round(Math.max(line.next, Math.min(farMs, Math.max(nearMs, waitMs * shareOfWait))) * (1 + spread * jitter));
};
