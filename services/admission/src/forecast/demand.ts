/** Counts of a sale at one instant. */
export interface SaleCounts {
  atMs: number;
  isOpen: boolean;
  /** Visitors admitted so far; in the line; inside. */
  admitted: number;
  waiting: number;
  active: number;
  /** Numbers given so far, and visitors who left the line. */
  joined: number;
  leftQueue: number;
  /** Tickets bought or held so far, those of cancelled orders included, and the number of these orders and holds. */
  taken: number;
  orders: number;
  /** Tickets free to buy, and held. Null: a gate, which has none. */
  left: number | null;
  held: number;
  perVisitorLimit: number;
  admitPerSecond: number;
  activeLimit: number;
}

/** Mean times from an admission to the purchase that are tried, seconds. Each is 1.5 times the one before: a finer scale tells no more. */
export const delays = [5, 7.5, 11, 17, 25, 38, 57, 85, 128, 192, 288] as const;
/** Steps of a delay: with two, one of eleven takes more than twice the mean, as some people do. With more, those seem to buy nothing. */
export const stepsOfDelay = 2;

const memory = {
  /** Visitors after whose admission an observation counts 1/e: so many, and so many times those inside. */
  visitors: 2_000,
  insideTimes: 10,
  /** The same of pace and joins, seconds. */
  rateSeconds: 60,
  rateSecondsMax: 600,
  /** Longest time between two observations that counts, seconds: a leader was away. */
  longestSeconds: 30,
} as const;

/**
 * What is kept of the past of a sale: a few dozen numbers, however long it is. `steps`: for each of `delays` the admissions as seen after each step; those after
 * the last one are ripe, which means that they have had time to buy. `orders`, `ripe` and `timing` fade: orders, ripe visitors by delay, and the sum over the
 * orders of ln(visitors who became ripe in that second), by which delays are compared.
 */
export interface Demand {
  atMs: number;
  admitted: number;
  joined: number;
  counted: number;
  steps: number[][];
  orders: number;
  ripe: number[];
  timing: number[];
  /** Visitor-seconds in the line and inside. */
  waited: number;
  stayed: number;
  /** Admissions per second while the sale is open and people wait, and joins per second. Null: none seen. */
  pace: number | null;
  joins: number | null;
}

const begin = ({ atMs, admitted, joined, orders }: SaleCounts): Demand => ({
  atMs,
  admitted,
  joined,
  counted: orders,
  steps: delays.map(() => Array.from({ length: stepsOfDelay }, () => admitted)),
  orders,
  ripe: delays.map(() => admitted),
  timing: delays.map(() => 0),
  waited: 0,
  stayed: 0,
  pace: null,
  joins: null,
});

const towards = (from: number, to: number, seconds: number, inSeconds: number): number =>
  from + (to - from) * (1 - Math.exp(-seconds / inSeconds));

/** The past and one more observation: O(1). Begins anew without a past, or with one of another sale or version. */
export const observe = (past: Demand | null, now: SaleCounts): Demand => {
  if (past === null || past.steps.length !== delays.length || now.admitted < past.admitted || now.joined < past.joined) return begin(now);
  const passed = (now.atMs - past.atMs) / 1_000;
  // After a backward jump of Redis's clock, time is counted from there.
  if (passed <= 0) return { ...past, atMs: now.atMs };
  const seconds = Math.min(passed, memory.longestSeconds);
  const admitted = now.admitted - past.admitted;
  const steps = past.steps.map((old, i) => {
    let [before, after] = [past.admitted, now.admitted];
    return old.map((value) => {
      const next = towards(value, (before + after) / 2, seconds, delays[i]! / stepsOfDelay);
      [before, after] = [value, next];
      return next;
    });
  });
  const fade = Math.exp(-admitted / (memory.visitors + memory.insideTimes * now.active));
  // An order that is given back was none.
  const orders = Math.max(0, now.orders - past.counted);
  const ripened = steps.map((values, i) => values.at(-1)! - past.steps[i]!.at(-1)!);
  // Slots that were filled together are free together: a pace is seen over a stay.
  const stay = past.stayed / Math.max(1, past.admitted - now.active);
  const rateSeconds = Math.min(memory.rateSecondsMax, Math.max(memory.rateSeconds, stay));
  const rate = (old: number | null, count: number): number =>
    old === null ? count / passed : towards(old, count / passed, seconds, rateSeconds);
  return {
    atMs: now.atMs,
    admitted: now.admitted,
    joined: now.joined,
    counted: Math.max(past.counted, now.orders),
    steps,
    orders: past.orders * fade + orders,
    ripe: past.ripe.map((value, i) => value * fade + ripened[i]!),
    timing: past.timing.map((value, i) => value * fade + (orders > 0 ? orders * Math.log(Math.max(1e-9, ripened[i]!)) : 0)),
    waited: past.waited + now.waiting * seconds,
    stayed: past.stayed + now.active * seconds,
    pace: now.isOpen && now.waiting > 0 ? rate(past.pace, admitted) : past.pace,
    joins: rate(past.joins, now.joined - past.joined),
  };
};
