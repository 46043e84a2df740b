import type { SaleCounts } from '../../services/admission/src/forecast/demand.ts';

/** How the visitors and the operator of one rehearsal behave. Times are seconds. */
export interface Shape {
  name: string;
  seed: number;
  stock: number;
  perVisitorLimit: number;
  admitPerSecond: number;
  activeLimit: number;
  claimSeconds: number;
  sessionSeconds: number;
  /** Visitors in line at the opening, and who join each second after it. */
  line: number;
  joinsPerSecond: number;
  /** Shares: admitted visitors who never come in; of those who do, who buys. */
  noShows: number;
  conversion: number;
  /** Mean time from the entry to the purchase. */
  buyAfter: number;
  /** Spread of that time: standard deviation of its logarithm. */
  buySpread: number;
  /** Share of those who buy nothing that leaves the shop by itself. */
  leaves: number;
  /** Visitors who leave the line, per visitor and hour. */
  leavePerHour: number;
  /** Operator: `[from, seconds]` of a pause; `[at, admitPerSecond]` of a new pace. */
  pauses: readonly (readonly [number, number])[];
  paces: readonly (readonly [number, number])[];
}

export interface Person {
  seq: number;
  left: boolean;
  admittedAt: number | null;
}
export interface Moment {
  second: number;
  counts: SaleCounts;
  /** Those who wait, in order. */
  line: readonly Person[];
  paused: boolean;
}
export interface Outcome {
  /** When left and held were 0; null: not sold out. */
  soldOutAt: number | null;
  emptyAt: number | null;
}

/** Mulberry32: the same numbers from the same seed. */
export const randomOf = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
};

const longestSeconds = 14_400;

/** Runs one rehearsal in virtual time, a second a step; `see` is called after each tick. */
export const rehearse = (shape: Shape, see: (moment: Moment) => void): Outcome => {
  const random = randomOf(shape.seed);
  const gauss = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const agenda = new Map<number, (() => void)[]>();
  const plan = (at: number, what: () => void): void => {
    const second = Math.ceil(at);
    const due = agenda.get(second);
    if (due) due.push(what);
    else agenda.set(second, [what]);
  };
  let line: Person[] = [];
  let [joined, admitted, active, left, taken, orders, leftQueue, tokens] = [0, 0, 0, shape.stock, 0, 0, 0, 0];
  let [soldOutAt, emptyAt]: [number | null, number | null] = [null, null];
  let joins = 0;
  let pace = shape.admitPerSecond;
  const join = (): void => {
    line.push({ seq: (joined += 1), left: false, admittedAt: null });
  };
  for (let i = 0; i < shape.line; i += 1) join();

  const enter = (now: number): void => {
    admitted += 1;
    active += 1;
    const end = (at: number): void => plan(at, () => (active -= 1));
    if (random() < shape.noShows) return end(now + shape.claimSeconds);
    const claimed = now + Math.min(shape.claimSeconds, -Math.log(1 - random()) * 4);
    const over = claimed + shape.sessionSeconds;
    if (random() >= shape.conversion)
      return end(random() < shape.leaves ? Math.min(over, claimed + -Math.log(1 - random()) * shape.buyAfter) : over);
    const at =
      claimed + Math.min(shape.sessionSeconds - 1, shape.buyAfter * Math.exp(shape.buySpread * gauss() - shape.buySpread ** 2 / 2));
    const wanted = 1 + Math.floor(random() * shape.perVisitorLimit);
    plan(at, () => {
      active -= 1;
      const quantity = Math.min(wanted, left);
      if (quantity === 0) return;
      left -= quantity;
      taken += quantity;
      orders += 1;
    });
  };

  for (let second = 1; second <= longestSeconds; second += 1) {
    for (const what of agenda.get(second) ?? []) what();
    agenda.delete(second);
    joins += shape.joinsPerSecond;
    for (; joins >= 1; joins -= 1) join();
    if (shape.leavePerHour > 0)
      for (const person of line)
        if (random() < shape.leavePerHour / 3_600) {
          person.left = true;
          leftQueue += 1;
        }
    line = line.filter((person) => !person.left);
    for (const [at, to] of shape.paces) if (second === at) pace = to;
    const paused = shape.pauses.some(([from, seconds]) => second >= from && second < from + seconds);
    tokens = Math.min(pace + 1, tokens + pace);
    const n = paused ? 0 : Math.max(0, Math.floor(Math.min(tokens, shape.activeLimit - active, left, line.length)));
    tokens -= n;
    for (const person of line.splice(0, n)) {
      person.admittedAt = second;
      enter(second);
    }
    if (left === 0) soldOutAt ??= second;
    if (line.length === 0) emptyAt ??= second;
    const counts: SaleCounts = {
      atMs: second * 1_000,
      isOpen: !paused,
      admitted,
      waiting: line.length,
      active,
      joined,
      leftQueue,
      taken,
      orders,
      left,
      held: 0,
      perVisitorLimit: shape.perVisitorLimit,
      admitPerSecond: pace,
      activeLimit: shape.activeLimit,
    };
    see({ second, counts, line, paused });
    if (left === 0 || (line.length === 0 && active === 0)) break;
  }
  return { soldOutAt, emptyAt };
};
