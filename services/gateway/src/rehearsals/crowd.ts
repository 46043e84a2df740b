import type { OperatorSale, Rehearsal, SaleStatus } from '@sunbeon/contracts';
import type { CrowdAnswer, CrowdCalls } from './crowd-calls.ts';

export const crowdLimits = {
  /** Interval between two looks at the front of the line, and at the sale, ms. */
  lookEveryMs: 500,
  saleEveryMs: 1_000,
  /** People at the front that a look asks for beyond those that the last one found admitted, and at most in all. */
  looked: { beyond: 16, most: 256 },
  /** No call for this long after one that a service could not serve, ms; and tries of one call. */
  restMs: 1_000,
  tries: 5,
  /** Time until a claim, ms, at most, and at most this share of the claim window. */
  claimMs: 5_000,
  claimShare: 0.5,
  /** Time inside as a share of the session: shortest and longest visit. */
  visit: { from: 0.05, to: 0.4 },
  /** Tickets of one purchase, at most; the limit of the sale is kept, too. */
  tickets: 4,
} as const;

/** One call of one virtual person. */
type Step = () => Promise<void>;
interface Person {
  number: number;
  token: string;
}

export interface Crowd {
  /** The next call that is due; null for none. */
  next: (nowMs: number) => Step | null;
  isOver: () => boolean;
  stop: () => void;
}

const isBusy = ({ status }: CrowdAnswer): boolean => status === 503 || status === 429 || status === 500;

/**
 * The virtual people of one rehearsal. They arrive evenly, are admitted by their numbers, and claim, buy or leave after a while; a person is a token and at
 * most one timer. Whoever is admitted is found by asking for the front of the line alone. It is over when the sale is closed, gone or sold out, when
 * everybody has been there, or at the end that was planned, also when no service answers.
 */
export const createCrowd = (
  sale: OperatorSale & { rehearsal: Rehearsal },
  calls: CrowdCalls,
  { startedMs, random = Math.random }: { startedMs: number; random?: () => number },
): Crowd => {
  const { people, conversion, noShowRate, arrivalSeconds } = sale.rehearsal;
  const endsMs = startedMs + Date.parse(sale.closesAt ?? sale.rehearsal.until) - Date.parse(sale.serverTime);
  const ready: Step[] = [];
  const timers = new Set<NodeJS.Timeout>();
  /** By number, as far as answers kept that order. */
  let waiting: Person[] = [];
  let arrived = 0;
  let inside = 0;
  /** Calls under way or due that may still lead to others. */
  let pending = 0;
  let looking = 0;
  let found = 0;
  let looksAtMs = 0;
  let saleAtMs = 0;
  let restsUntilMs = 0;
  let over = false;
  let status: SaleStatus = sale.status;

  const stop = (): void => {
    over = true;
    for (const timer of timers) clearTimeout(timer);
    timers.clear();
    ready.length = 0;
    waiting = [];
  };
  const push = (step: Step): void => {
    pending += 1;
    ready.push(() => step().finally(() => (pending -= 1)));
  };
  const later = (delayMs: number, step: Step): void => {
    pending += 1;
    const timer = setTimeout(() => {
      timers.delete(timer);
      pending -= 1;
      if (!over) push(step);
    }, delayMs);
    timer.unref();
    timers.add(timer);
  };
  /** Calls until a service served it, at most so often. */
  const served = (call: () => Promise<CrowdAnswer>, then: (answer: CrowdAnswer) => void, tries: number = crowdLimits.tries): Step => {
    const step: Step = async () => {
      const answer = await call();
      if (over) return;
      if (!isBusy(answer)) return then(answer);
      restsUntilMs = performance.now() + crowdLimits.restMs;
      if (tries > 1) later(crowdLimits.restMs, served(call, then, tries - 1));
      else then(answer);
    };
    return step;
  };

  const goes = (): void => {
    inside -= 1;
  };
  const leave = (person: Person): void => push(served(() => calls.leave(person.token), goes));
  const buy = (person: Person): void => {
    const quantity = 1 + Math.floor(random() * Math.min(crowdLimits.tickets, sale.perVisitorLimit ?? 1));
    push(
      served(
        () => calls.buy(person.number, person.token, quantity),
        (answer) => (answer.status === 201 ? goes() : leave(person)),
      ),
    );
  };
  const comesIn = (person: Person): void => {
    inside += 1;
    if (random() < noShowRate) return goes();
    const claimMs = random() * Math.min(crowdLimits.claimMs, sale.claimSeconds * 1_000 * crowdLimits.claimShare);
    later(
      claimMs,
      served(
        () => calls.claim(person.token),
        (answer) => {
          if (answer.status !== 200) return goes();
          const { from, to } = crowdLimits.visit;
          const isBuyer = sale.kind === 'shop' && random() < conversion;
          later((from + (to - from) * random()) * sale.sessionSeconds * 1_000, async () => (isBuyer ? buy(person) : leave(person)));
        },
      ),
    );
  };

  const look = (): void => {
    const { beyond, most } = crowdLimits.looked;
    const front = waiting.splice(0, Math.min(most, found + beyond));
    const still: Person[] = [];
    found = 0;
    looking = front.length;
    const saw = (person: Person, answer: CrowdAnswer): void => {
      if (answer.state === 'waiting' || isBusy(answer)) still.push(person);
      else found += 1;
      if (answer.state === 'admitted') comesIn(person);
      looking -= 1;
      if (looking === 0) waiting = [...still, ...waiting];
    };
    for (const person of front)
      push(
        served(
          () => calls.place(person.token),
          (answer) => saw(person, answer),
          1,
        ),
      );
  };
  const arrive = (number: number): Step =>
    served(
      () => calls.join(number),
      ({ token }) => {
        if (token !== undefined) waiting.push({ number, token });
      },
    );
  const lookAtSale: Step = async () => {
    const seen = await calls.sale();
    if (seen === null) return;
    status = seen.status;
    if (seen.status === 'closed' || (seen.soldOut && inside === 0)) stop();
  };

  return {
    next: (nowMs) => {
      if (over) return null;
      if (nowMs >= endsMs || (arrived === people && waiting.length === 0 && pending === 0)) {
        stop();
        return null;
      }
      if (nowMs < restsUntilMs) return null;
      if (nowMs - saleAtMs >= crowdLimits.saleEveryMs) {
        saleAtMs = nowMs;
        return lookAtSale;
      }
      if (looking === 0 && waiting.length > 0 && status === 'open' && nowMs - looksAtMs >= crowdLimits.lookEveryMs) {
        looksAtMs = nowMs;
        look();
      }
      const step = ready.shift();
      if (step !== undefined) return step;
      const due = Math.min(people, Math.ceil(((nowMs - startedMs) / (arrivalSeconds * 1_000)) * people));
      if (arrived >= due) return null;
      arrived += 1;
      push(arrive(arrived));
      return ready.shift()!;
    },
    isOver: () => over,
    stop,
  };
};
