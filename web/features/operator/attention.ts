import { attention, type AttentionCode } from '@sunbeon/contracts/attention';
import type { OperatorSale } from '@sunbeon/contracts';
import { hasLine, sellsHere } from '../../lib/sale-kind.ts';
import { columns, historyLimits, type Samples } from './history.ts';
import type { SaleView } from './view.ts';

/** One thing that needs a person, with the figures that say so. */
export interface Attention {
  code: AttentionCode;
  figures: Record<string, number>;
  /** Broken invariants, e.g. `I1`. */
  invariants?: readonly string[];
}
type Figures = Omit<Attention, 'code'>;
type Row = Samples[number];

const at = (row: Row): number => row[columns.atMs]!;

/** Statuses in which only visitors and holds from before need a leader: `lead.lua` elects none without them. */
const restStatuses: readonly string[] = ['scheduled', 'closed'];
export const needsLeader = (sale: OperatorSale): boolean =>
  !restStatuses.includes(sale.status) || sale.active > 0 || (sellsHere(sale) && sale.stock.held > 0);

/** Time of the last tick, ms; -Infinity without one, and for one of before a step back of the clock of Redis, which says nothing about now. */
export const tickMsOf = ({ lastTickAt, serverTime }: OperatorSale): number => {
  const tickMs = lastTickAt === undefined ? -Infinity : Date.parse(lastTickAt);
  return tickMs > Date.parse(serverTime) ? -Infinity : tickMs;
};

/** From the newest row that is at least `overMs` older than the last one. Null where the rows do not reach so far, or have a gap. */
const throughout = (history: Samples, overMs: number): Samples | null => {
  const last = history.at(-1);
  if (last === undefined) return null;
  const start = history.findLastIndex((row) => at(row) <= at(last) - overMs);
  if (start < 0) return null;
  const rows = history.slice(start);
  const isWhole = rows.every((row, i) => i === 0 || at(row) - at(rows[i - 1]!) <= historyLimits.gapMs);
  return isWhole ? rows : null;
};

type Check = (view: SaleView & Record<'sale' | 'stats', object>, ageMs: number | null) => Figures | null;

const checks: Record<AttentionCode, Check> = {
  // While no instance answers, none ticks either: the age of the figures adds to that of the tick.
  no_leader: ({ sale, failure, neededSinceMs }, ageMs) => {
    if (!needsLeader(sale)) return null;
    const sinceMs = Date.parse(sale.serverTime) - Math.max(tickMsOf(sale), neededSinceMs ?? -Infinity);
    const seconds = (sinceMs + (failure?.code === 'unavailable' ? (ageMs ?? 0) : 0)) / 1_000;
    return seconds > attention.no_leader.forSeconds ? { figures: { seconds: Math.round(seconds) } } : null;
  },
  invariant_broken: ({ stats }) => {
    const broken = stats.invariants.filter(({ verdict }) => verdict === 'broken').map(({ invariant }) => invariant);
    return broken.length > 0 ? { figures: { count: broken.length }, invariants: broken } : null;
  },
  pace_off: ({ sale, history }) => {
    const { windowSeconds, share, toleranceVisitors } = attention.pace_off;
    const rows = throughout(history, windowSeconds * 1_000);
    if (rows === null) return null;
    const [first, last] = [rows[0]!, rows.at(-1)!];
    const pace = first[columns.paceWanted] ?? 0;
    const couldAdmit = (row: Row): boolean =>
      row[columns.paceWanted] === pace &&
      row[columns.waiting]! > 0 &&
      row[columns.active]! < (row[columns.activeLimit] ?? 0) &&
      (!sellsHere(sale) || row[columns.left]! > 0);
    if (pace <= 0 || !rows.every(couldAdmit)) return null;
    const expected = (pace * (at(last) - at(first))) / 1_000;
    const admitted = last[columns.admitted]! - first[columns.admitted]!;
    const isOff = Math.abs(admitted - expected) > share * expected + toleranceVisitors;
    return isOff ? { figures: { admitted, expected: Math.round(expected), minutes: windowSeconds / 60 } } : null;
  },
  redis_slow: ({ stats, slowInARow }) => (slowInARow >= attention.redis_slow.inARow ? { figures: { seconds: stats.redisSeconds } } : null),
  gateways_refusing: ({ stats }) => (stats.refused > 0 ? { figures: { count: stats.refused } } : null),
  browsers_dropping: ({ sale, history }) => {
    const { windowSeconds, share, atLeast, waitingShare, forSeconds } = attention.browsers_dropping;
    const recent = throughout(history, forSeconds * 1_000);
    if (!hasLine(sale) || recent === null) return null;
    const fallen = (row: Row): { before: number; now: number } | null => {
      const then = history.findLast((earlier) => at(earlier) <= at(row) - windowSeconds * 1_000);
      if (then === undefined || at(row) - at(then) > windowSeconds * 1_000 + historyLimits.gapMs) return null;
      const [before, now] = [then[columns.browsers]!, row[columns.browsers]!];
      const isLineThere = row[columns.waiting]! > 0 && row[columns.waiting]! >= waitingShare * then[columns.waiting]!;
      return before >= atLeast && now < share * before && isLineThere ? { before, now } : null;
    };
    const falls = recent.map(fallen);
    const last = falls.at(-1);
    return last && !falls.includes(null) ? { figures: last } : null;
  },
};

/** What needs a person, the most urgent first, by the figures of the console: a pure function. `ageMs`: of the last figures. */
export const attentionOf = (view: SaleView, ageMs: number | null): Attention[] => {
  const { sale, stats } = view;
  if (sale === null || stats === null) return [];
  return (Object.keys(attention) as AttentionCode[]).flatMap((code) => {
    const found = checks[code]({ ...view, sale, stats }, ageMs);
    return found === null ? [] : [{ code, ...found }];
  });
};
