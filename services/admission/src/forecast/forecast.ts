import { chanceLevels, type Chances } from '@sunbeon/contracts';
import { delays, stepsOfDelay, type Demand, type SaleCounts } from './demand.ts';

const known = {
  /** Fewer visitors who have had time to buy, or tickets taken, tell nothing. */
  ripe: 20,
  taken: 10,
  /** Orders beyond which more of them do not make the delay surer. */
  tellingOrders: 150,
  /** Standard deviation of what no count tells, as a share: of the tickets per visitor (people change), and of the pace. */
  demandShare: 0.02,
  unripeShare: 0.3,
  paceShare: 0.05,
  /** Share of the slots in use from which the pace seen is that of the slots. */
  full: 0.95,
  /** Half a range, standard deviations: nine of ten. */
  range: 1.645,
  /** Furthest forecast, seconds: a day; and the furthest position. */
  horizonSeconds: 86_400,
  positions: 1e9,
  /** Times are found to this share, by as many halvings at most; within it likelihoods are a straight line. */
  timeShare: 0.01,
  halvings: 10,
  /** Share of times that are earlier than a range, and later. */
  missed: 0.05,
  /** Delays that are less likely than this, beside the likeliest, are left out. */
  likely: 0.01,
} as const;

/** Seconds from now; `to` is absent when it may not happen. */
export interface Span {
  from: number;
  to?: number;
}
/** What visitors take if they need `delay` (an index of `delays`), and how likely that is: tickets per admission, what is not known of it, and its variance between visitors. */
export interface Case {
  weight: number;
  delay: number;
  conversion: number;
  mean: number;
  deviation: number;
  variance: number;
}
/** What visitors of a sale take: mean and standard deviation of the tickets per admission, orders per admission, and the cases of which these are the means. */
export interface Yield {
  mean: number;
  deviation: number;
  conversion: number;
  cases: Case[];
}
export interface Forecast {
  yields: Yield | null;
  /** Until no ticket is left, and until nobody waits. Null: unknown, not open, or it will not happen. */
  soldOut: Span | null;
  lineEmpty: Span | null;
  chances: Chances;
  /** Admissions per second that it counts on. */
  pace: number;
}

/**
 * Orders per admission = orders / visitors who have had time for one. How much time is needed follows from when the orders came: of each delay, how likely it
 * makes just these moments (a multinomial likelihood). Early in a sale long delays look like few buyers: each delay that explains the orders goes on with its own weight.
 */
export const yieldOf = (past: Demand, now: SaleCounts): Yield | null => {
  const { orders, ripe, timing } = past;
  if (now.taken < known.taken || now.orders < 1 || orders <= 0) return null;
  // Shapes of delays differ from those of people: more orders than this tell no more about the delay.
  const trust = Math.min(1, known.tellingOrders / orders);
  const scores = timing.map((sum, i) => (ripe[i]! > 1e-3 ? trust * (sum - orders * Math.log(ripe[i]!)) : -Infinity));
  const best = Math.max(...scores);
  const likely = scores.map((score) => Math.exp(score - best));
  const sum = likely.reduce((a, b) => a + (b >= known.likely ? b : 0), 0);
  // Not more buy than have bought or are still inside.
  const most = Math.min(1, (now.orders + now.active) / Math.max(1, now.admitted));
  // The variance of an order is at most (limit - order)(order - 1), by Bhatia and Davis; half of it is that of equally likely quantities.
  const order = Math.min(Math.max(1, now.taken / now.orders), now.perVisitorLimit);
  const orderSquare = order ** 2 + (now.perVisitorLimit - order) * (order - 1) * 0.5;
  const cases = likely.flatMap((value, delay): Case[] => {
    if (value < known.likely) return [];
    const conversion = Math.min(most, orders / Math.max(1e-3, ripe[delay]!));
    const mean = conversion * order;
    const variance = Math.max(0.01 * mean, conversion * orderSquare - mean ** 2);
    const unripe = 1 - past.steps[delay]!.at(-1)! / Math.max(1, now.admitted);
    const deviation = Math.sqrt(variance / ripe[delay]! + mean ** 2 * (known.demandShare ** 2 + (known.unripeShare * unripe ** 2) ** 2));
    return [{ weight: value / sum, delay, conversion, mean, variance, deviation }];
  });
  const weighted = (of: (one: Case) => number): number => cases.reduce((total, one) => total + one.weight * of(one), 0);
  if (weighted(({ delay }) => ripe[delay]!) < known.ripe) return null;
  const mean = weighted((one) => one.mean);
  return {
    mean,
    deviation: Math.sqrt(weighted((one) => one.deviation ** 2 + (one.mean - mean) ** 2)),
    conversion: weighted((one) => one.conversion),
    cases,
  };
};

/** Share of a normal distribution below a standard score, to 0.0002. */
const normalBelow = (score: number): number =>
  1 / (1 + Math.exp(-Math.max(-6, Math.min(6, score)) * (1.5976 + 0.07056 * Math.min(36, score ** 2))));

/**
 * Likelihood that `left` tickets suffice for `visitors` more who have had time to buy. What they take is about normal: mean·n ± √(deviation²·n² + variance·n); the
 * first part is what is not known about the mean.
 */
export const sufficeFor = (
  left: number,
  visitors: number,
  { mean, deviation, variance }: Pick<Case, 'mean' | 'deviation' | 'variance'>,
): number => (visitors <= 0 ? 1 : normalBelow((left - mean * visitors) / Math.sqrt((deviation * visitors) ** 2 + variance * visitors)));

/** Likelihoods that the tickets are gone: those of `chanceLevels`. */
const gone = chanceLevels.map((chance) => 1 - chance);

/** Visitors admitted but not ripe, in the two steps of a delay. */
type Pending = readonly [number, number];
/**
 * The same after `seconds` of `rate` admissions per second; `step`: seconds of one step. The solution of d pending[j]/dt = (inflow − pending[j]) / step: what is
 * above or below the steady state fades, and passes through the second step.
 */
const pendingAfter = ([a, b]: Pending, rate: number, seconds: number, step: number): Pending => {
  const passed = seconds / step;
  const fade = Math.exp(-Math.min(700, passed));
  const steady = rate * step;
  return [steady + (a - steady) * fade, steady + (b - steady + (a - steady) * passed) * fade];
};
const total = ([a, b]: Pending): number => a + b;

/** Least numbers of seconds after which the rising function reaches each of the rising `values`; Infinity for those that it does not reach within a day. */
const secondsUntil = (values: readonly number[], rising: (seconds: number) => number): number[] => {
  const seen: [seconds: number, value: number][] = [[0, rising(0)]];
  for (let at = 1; seen.at(-1)![1] < values.at(-1)! && at <= 2 * known.horizonSeconds; at *= 2) seen.push([at, rising(at)]);
  return values.map((value) => {
    // What was seen for the values before narrows the search.
    let after = seen.findIndex(([, reached]) => reached >= value);
    if (after <= 0) return after === 0 ? 0 : Infinity;
    for (let i = 0; i < known.halvings && seen[after]![0] - seen[after - 1]![0] > seen[after]![0] * known.timeShare; i += 1) {
      const middle = (seen[after - 1]![0] + seen[after]![0]) / 2;
      const reached = rising(middle);
      seen.splice(after, 0, [middle, reached]);
      if (reached < value) after += 1;
    }
    const [[from, below], [to, above]] = [seen[after - 1]!, seen[after]!];
    return from + ((to - from) * (value - below)) / (above - below);
  });
};

const spanOf = (from: number, to: number): Span | null =>
  from > known.horizonSeconds ? null : { from, ...(to <= known.horizonSeconds ? { to } : {}) };

/**
 * How the line moves from now on: `rate` admissions per second with the standard deviation `share` of it, after `burst` at once. What the sale is set to, or what
 * its slots carry: slots divided by the mean stay, and the pace of late; their difference tells how sure they are.
 */
const paceOf = ({ pace, stayed, admitted }: Demand, { admitPerSecond, activeLimit, active, waiting, isOpen }: SaleCounts) => {
  const ended = admitted - active;
  const bySlots = ended >= known.ripe && stayed > 0 ? (activeLimit * ended) / stayed : Infinity;
  const seen = active >= known.full * activeLimit && pace !== null ? pace : bySlots;
  const slotted = (Math.min(bySlots, admitPerSecond) + Math.min(seen, admitPerSecond)) / 2;
  const rate = Math.max(1e-6, Math.min(admitPerSecond, slotted));
  const isSlotted = rate < admitPerSecond;
  return {
    rate,
    share: isSlotted
      ? Math.hypot(known.paceShare, (Math.min(bySlots, admitPerSecond) - Math.min(seen, admitPerSecond)) / (2 * rate))
      : known.paceShare,
    burst: isSlotted && isOpen ? Math.min(waiting, Math.max(0, activeLimit - active)) : 0,
  };
};

/**
 * When a sale will be sold out, when nobody will wait, and the chance of each position that tickets are left at its turn.
 *
 * Each admitted visitor takes tickets, some time after the admission: a random number with the mean and variance seen so far (no-shows and those who buy nothing
 * included). The line moves at the pace seen, and loses those who leave it at the rate seen. The tickets that the next n visitors take are then about normal, with
 * mean·n ± √(deviation²·n² + variance·n); the first part is what is not known about the mean. Times are as if the sale went on like this: a pause or a new pace
 * that an operator is yet to set is not foreseen.
 */
export const forecastOf = (past: Demand, now: SaleCounts): Forecast => {
  const { rate, share, burst } = paceOf(past, now);
  const yields = yieldOf(past, now);
  const leaving = past.waited > 0 ? now.leftQueue / past.waited : 0;
  const nothing = { yields, pace: rate, soldOut: null, lineEmpty: null, chances: [] };
  const emptyAfter = (pace: number): number => {
    const net = pace - (past.joins ?? 0);
    const waiting = Math.max(0, now.waiting - burst);
    if (waiting === 0) return 0;
    if (net <= 0) return Infinity;
    return leaving > 0 ? Math.log1p((leaving * waiting) / net) / leaving : waiting / net;
  };
  const lineEmpty = (): Span | null =>
    now.isOpen && now.waiting > 0
      ? spanOf(emptyAfter(Math.min(now.admitPerSecond, rate * (1 + known.range * share))), emptyAfter(rate * (1 - known.range * share)))
      : null;
  if (yields === null || now.left === null) return { ...nothing, lineEmpty: now.left === null ? lineEmpty() : null };

  const { left } = now;
  const atEnd = emptyAfter(rate);
  const cases = yields.cases.map((one) => {
    const step = delays[one.delay]! / stepsOfDelay;
    const [first, second] = past.steps[one.delay]! as [number, number];
    const pending: Pending = [past.admitted + burst - first, first - second];
    const unripe = total(pending);
    const inLine = (seconds: number): number => rate * seconds + unripe - total(pendingAfter(pending, rate, seconds, step));
    const afterLine = (seconds: number): number => {
      const joins = past.joins ?? 0;
      const then = pendingAfter(pendingAfter(pending, rate, atEnd, step), joins, seconds - atEnd, step);
      return rate * atEnd + joins * (seconds - atEnd) + unripe - total(then);
    };
    return { ...one, inLine, ripe: (seconds: number): number => (seconds <= atEnd ? inLine(seconds) : afterLine(seconds)) };
  });
  const goneAfter = (seconds: number): number =>
    1 - cases.reduce((sum, one) => sum + one.weight * sufficeFor(left, one.inLine(seconds), one), 0);
  const positionAt = (seconds: number): number =>
    seconds === Infinity
      ? known.positions
      : burst + (leaving > 0 ? (rate / leaving) * Math.expm1(Math.min(50, leaving * seconds)) : rate * seconds);
  const lastBefore = (seconds: number): number => (left === 0 ? 0 : Math.min(known.positions, Math.floor(positionAt(seconds)) + 1));
  // Where nobody waits nobody asks, and once all are sold the sale says so.
  const isAsked = now.waiting > 0 && (left > 0 || now.held > 0);
  const turns = isAsked ? secondsUntil(gone, goneAfter) : [];
  const chances = turns.map((seconds, i) => [lastBefore(seconds), chanceLevels[i]!] as const);

  const soldAfter = (seconds: number): number =>
    1 -
    cases.reduce((sum, one) => {
      const deviation = Math.hypot(one.deviation, share * one.mean);
      return sum + one.weight * sufficeFor(left, one.ripe(seconds), { ...one, deviation });
    }, 0);
  const times = secondsUntil([known.missed, 1 - known.missed], soldAfter) as [number, number];
  const soldOut = now.isOpen && left > 0 ? spanOf(...times) : null;
  const empty = lineEmpty();
  return { yields, pace: rate, chances, soldOut, lineEmpty: empty !== null && times[1] < empty.from ? null : empty };
};
