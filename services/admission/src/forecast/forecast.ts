import { chanceLevels, type Chances } from '@sunbeon/contracts';
import { delays, stepsOfDelay, type Demand, type SaleCounts } from './demand.ts';

const known = {
  /** Fewer visitors who have had time to buy, or tickets taken, tell nothing. */
  ripe: 20,
  taken: 10,
  /** Orders beyond which more of them do not make the delay surer. */
  tellingOrders: 200,
  /** Standard deviation of what no count tells, as a share: of the tickets per visitor (people change), and of the pace. */
  demandShare: 0.02,
  unripeShare: 0.7,
  paceShare: 0.05,
  /** Share of the slots in use from which the pace seen is that of the slots. */
  full: 0.95,
  /** Half a range, standard deviations: nine of ten. */
  range: 1.645,
  /** Furthest forecast, seconds: a day; and the furthest position. */
  horizonSeconds: 86_400,
  positions: 1e9,
  /** Halvings of an interval of time between a power of two and the next: to a thousandth of it. */
  halvings: 10,
} as const;

/** Seconds from now; `to` is absent when it may not happen. */
export interface Span {
  from: number;
  to?: number;
}
/** What visitors of a sale take: mean and standard deviation of the tickets per admission, the variance between visitors, and orders per admission. */
export interface Yield {
  mean: number;
  deviation: number;
  variance: number;
  conversion: number;
  /** The delay of `delays` that tells best, as an index. */
  delay: number;
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

/** Standard scores of `chanceLevels`. */
const scores = [2.326, 1.645, 1.282, 0.842, 0.524, 0.253, 0, -0.253, -0.524, -0.842, -1.282, -1.645, -2.326] as const;

/**
 * Orders per admission = orders / visitors who have had time for one. How much time is needed follows from when the orders came: of each delay, how likely it
 * makes just these moments (a multinomial likelihood). While several delays explain them nearly as well, their disagreement is part of the deviation.
 */
export const yieldOf = (past: Demand, now: SaleCounts): Yield | null => {
  const { orders, ripe, timing } = past;
  if (now.taken < known.taken || now.orders < 1 || orders <= 0) return null;
  // Shapes of delays differ from those of people: more orders than this tell no more about the delay.
  const trust = Math.min(1, known.tellingOrders / orders);
  const scores = timing.map((sum, i) => (ripe[i]! > 1e-3 ? trust * (sum - orders * Math.log(ripe[i]!)) : -Infinity));
  const best = Math.max(...scores);
  const weights = scores.map((score) => Math.exp(score - best));
  const total = weights.reduce((a, b) => a + b, 0);
  const weighted = (of: (i: number) => number): number =>
    weights.reduce((sum, weight, i) => (weight > 0 ? sum + (weight / total) * of(i) : sum), 0);
  const people = weighted((i) => ripe[i]!);
  if (people < known.ripe) return null;
  const unripe = 1 - weighted((i) => past.steps[i]!.at(-1)!) / Math.max(1, now.admitted);
  // Not more buy than have bought or are still inside.
  const most = Math.min(1, (now.orders + now.active) / Math.max(1, now.admitted));
  const conversions = ripe.map((count) => Math.min(most, orders / Math.max(1e-3, count)));
  const conversion = weighted((i) => conversions[i]!);
  const disagreement = weighted((i) => (conversions[i]! - conversion) ** 2);
  // The variance of an order is at most (limit - order)(order - 1), by Bhatia and Davis; half of it is that of equally likely quantities.
  const order = Math.min(Math.max(1, now.taken / now.orders), now.perVisitorLimit);
  const mean = conversion * order;
  const variance = Math.max(0.01 * mean, conversion * (order ** 2 + (now.perVisitorLimit - order) * (order - 1) * 0.5) - mean ** 2);
  return {
    mean,
    deviation: Math.sqrt(
      variance / people + order ** 2 * disagreement + mean ** 2 * (known.demandShare ** 2 + (known.unripeShare * unripe ** 2) ** 2),
    ),
    variance,
    conversion,
    delay: weights.indexOf(Math.max(...weights)),
  };
};

/** Number of visitors who take `left` tickets with the standard score `score`: left − mean·n = score·√(deviation²·n² + variance·n). Infinity: no number is sure to. */
export const visitorsFor = (left: number, score: number, { mean, deviation, variance }: Omit<Yield, 'conversion' | 'delay'>): number => {
  const a = mean ** 2 - (score * deviation) ** 2;
  const b = 2 * left * mean + score ** 2 * variance;
  const root = Math.sqrt(Math.max(0, b ** 2 - 4 * a * left ** 2));
  if (score >= 0) return (2 * left ** 2) / (b + root || 1);
  return a > 0 ? (b + root) / (2 * a) : Infinity;
};

/** Visitors admitted but not ripe, in the three steps of a delay. */
type Pending = readonly [number, number, number];
/**
 * The same after `seconds` of `rate` admissions per second; `step`: seconds of one step. The solution of d pending[j]/dt = (inflow − pending[j]) / step: what is
 * above or below the steady state fades, and passes through the later steps.
 */
const pendingAfter = ([a, b, c]: Pending, rate: number, seconds: number, step: number): Pending => {
  const passed = seconds / step;
  const fade = Math.exp(-Math.min(700, passed));
  const steady = rate * step;
  const first = a - steady;
  const second = b - steady + first * passed;
  const third = c - steady + (b - steady) * passed + (first * passed ** 2) / 2;
  return [steady + first * fade, steady + second * fade, steady + third * fade];
};
const total = ([a, b, c]: Pending): number => a + b + c;

/** Least number of seconds after which the rising function reaches `value`; Infinity when it does not within a day. */
const secondsUntil = (value: number, rising: (seconds: number) => number): number => {
  if (value <= rising(0)) return 0;
  let [low, high] = [0, 1];
  while (rising(high) < value) {
    if (high > known.horizonSeconds) return Infinity;
    [low, high] = [high, 2 * high];
  }
  for (let i = 0; i < known.halvings; i += 1) {
    const middle = (low + high) / 2;
    if (rising(middle) >= value) high = middle;
    else low = middle;
  }
  return high;
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

  const step = delays[yields.delay]! / stepsOfDelay;
  const [first, second, third] = past.steps[yields.delay]! as [number, number, number];
  const pending: Pending = [past.admitted + burst - first, first - second, second - third];
  const unripe = total(pending);
  const ripeInLine = (seconds: number): number => rate * seconds + unripe - total(pendingAfter(pending, rate, seconds, step));
  const positionAt = (seconds: number): number =>
    seconds === Infinity
      ? known.positions
      : burst + (leaving > 0 ? (rate / leaving) * Math.expm1(Math.min(50, leaving * seconds)) : rate * seconds);
  const { left } = now;
  const lastWith = (score: number): number =>
    left === 0 ? 0 : Math.min(known.positions, Math.floor(positionAt(secondsUntil(visitorsFor(left, score, yields), ripeInLine))) + 1);
  // Where nobody waits nobody asks, and once all are sold the sale says so.
  const chances =
    now.waiting === 0 || (left === 0 && now.held === 0) ? [] : chanceLevels.map((chance, i) => [lastWith(scores[i]!), chance] as const);

  const atEnd = emptyAfter(rate);
  const ripe = (seconds: number): number => {
    if (seconds <= atEnd) return ripeInLine(seconds);
    const joins = past.joins ?? 0;
    const then = pendingAfter(pendingAfter(pending, rate, atEnd, step), joins, seconds - atEnd, step);
    return rate * atEnd + joins * (seconds - atEnd) + unripe - total(then);
  };
  const inTime = { ...yields, deviation: Math.hypot(yields.deviation, share * yields.mean) };
  const times = [known.range, -known.range].map((score) => secondsUntil(visitorsFor(left, score, inTime), ripe)) as [number, number];
  const soldOut = now.isOpen && left > 0 ? spanOf(...times) : null;
  const empty = lineEmpty();
  return { yields, pace: rate, chances, soldOut, lineEmpty: empty !== null && times[1] < empty.from ? null : empty };
};
