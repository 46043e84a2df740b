// Is the order of admissions strictly FIFO while thousands of visitors join?
// RATE (10) groups of GROUP (4) visitors a second for ARRIVALS (20) s; PACE (25) admissions a second; no departures, so that the admitted visitors
// are exactly the seqs 1 to n at any moment. Each visitor compares its seq with the sale's count of admissions.
import { sleep } from 'k6';
import { Counter, Rate } from 'k6/metrics';
import { closeSale, createSale, joinAnew, number, saleOf, visitorOf } from './lib.ts';

const rate = number('RATE', 10);
const group = number('GROUP', 4);
const arrivals = number('ARRIVALS', 20);
const pace = number('PACE', 25);
const patienceMs = ((rate * group * arrivals) / pace + 30) * 1_000;

/** A later join got a smaller seq. */
const misnumbered = new Counter('later_but_before');
/** A visitor waits although the count of admissions read before reached its seq. */
const overtaken = new Counter('overtaken');
/** A visitor is admitted although the count of admissions read after is below its seq. */
const jumped = new Counter('jumped');
const compared = new Counter('compared');
const inOrder = new Rate('group_in_order');
const forgotten = new Counter('never_let_in');

export const options = {
  scenarios: {
    groups: {
      executor: 'constant-arrival-rate',
      rate,
      timeUnit: '1s',
      duration: `${arrivals}s`,
      preAllocatedVUs: rate * 10,
      maxVUs: rate * arrivals * 2,
      gracefulStop: `${Math.ceil(patienceMs / 1_000)}s`,
    },
  },
  thresholds: {
    joined: ['rate>0.999'],
    later_but_before: ['count==0'],
    overtaken: ['count==0'],
    jumped: ['count==0'],
    group_in_order: ['rate==1'],
    never_let_in: ['count==0'],
    compared: [`count>${rate * group * arrivals}`],
    http_req_failed: ['rate<0.001'],
    places_lost: ['count<=0'],
    dropped_iterations: ['count==0'],
  },
};

export const setup = () => ({
  saleId: createSale('fairness', {
    stock: 1_000_000,
    admitPerSecond: pace,
    activeLimit: 100_000,
    claimSeconds: 3_600,
    sessionSeconds: 3_600,
  }),
});

export default ({ saleId }: { saleId: string }): void => {
  // Sequential: each join starts after the answer to the one before.
  const people: { seq: number; token: string }[] = [];
  for (let i = 0; i < group; i += 1) {
    const newcomer = joinAnew(saleId);
    if (!newcomer) continue;
    const seq = newcomer.visitor.seq!;
    if (people.some((earlier) => earlier.seq > seq)) misnumbered.add(1);
    people.push({ seq, token: newcomer.token });
  }
  const deadline = Date.now() + patienceMs;
  let waiting = people;
  while (waiting.length > 0 && Date.now() < deadline) {
    const before = saleOf(saleId).admitted;
    // From the last to the first: when one is admitted, those before it, read later, must be too.
    const looked = [...waiting].reverse().map((person) => ({ ...person, state: visitorOf(saleId, person.token).place().body.state }));
    const after = saleOf(saleId).admitted;
    compared.add(looked.length);
    overtaken.add(looked.filter(({ state, seq }) => state === 'waiting' && seq <= before).length);
    jumped.add(looked.filter(({ state, seq }) => state === 'admitted' && seq > after).length);
    const firstInside = looked.findIndex(({ state }) => state === 'admitted');
    inOrder.add(firstInside < 0 || looked.slice(firstInside).every(({ state }) => state === 'admitted'));
    waiting = looked.filter(({ state }) => state === 'waiting').reverse();
    if (waiting.length > 0) sleep(1);
  }
  if (waiting.length > 0) forgotten.add(waiting.length);
};

export const teardown = ({ saleId }: { saleId: string }): void => {
  closeSale(saleId);
};
