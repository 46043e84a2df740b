// Soak test: does latency stay the same for hours, without a leak of places or slots?
// RATE (15) visitors a second for DURATION (60s; a real soak: DURATION=8h). They join, wait, buy, leave, or abandon the page.
import exec from 'k6/execution';
import { sleep } from 'k6';
import { Counter, Trend } from 'k6/metrics';
import { checkBooks, closeSale, createSale, joinAnew, newKey, number, saleOf, visitorOf } from './lib.ts';

const rate = number('RATE', 15);
const duration = __ENV['DURATION'] || '60s';
/** Latency in the first and in the last third of the run. */
const answered = new Trend('answered_ms', true);
const waited = new Trend('waited_ms', true);
const slotsLeaked = new Counter('slots_leaked');
const claimSeconds = 5;

export const options = {
  scenarios: {
    people: {
      executor: 'constant-arrival-rate',
      exec: 'people',
      rate,
      timeUnit: '1s',
      duration,
      preAllocatedVUs: rate * 4,
      maxVUs: rate * 30,
      gracefulStop: '30s',
    },
    watch: { executor: 'constant-arrival-rate', exec: 'watch', rate: 1, timeUnit: '2s', duration, preAllocatedVUs: 2, maxVUs: 4 },
  },
  thresholds: {
    'answered_ms{part:first}': ['p(95)<300', 'p(99)<1000'],
    'answered_ms{part:last}': ['p(95)<300', 'p(99)<1000'],
    waited_ms: ['p(95)<5000'],
    joined: ['rate>0.999'],
    http_req_failed: ['rate<0.001'],
    places_lost: ['count<=0'],
    books_broken: ['count==0'],
    looks: ['count>0'],
    slots_leaked: ['count==0'],
    dropped_iterations: ['count==0'],
  },
};

// Ample slots: admissions should keep up with joins, however long the run.
export const setup = () => ({
  saleId: createSale('soak', { stock: 10_000_000, admitPerSecond: rate * 2, activeLimit: rate * 40, claimSeconds, sessionSeconds: 20 }),
});

const timed = <T>(work: () => T): T => {
  const from = Date.now();
  const answer = work();
  const { progress } = exec.scenario;
  answered.add(Date.now() - from, { part: progress < 1 / 3 ? 'first' : progress > 2 / 3 ? 'last' : 'middle' });
  return answer;
};

export const people = ({ saleId }: { saleId: string }): void => {
  const from = Date.now();
  const newcomer = timed(() => joinAnew(saleId));
  if (!newcomer) return;
  const visitor = visitorOf(saleId, newcomer.token);
  const mood = Math.random();
  if (mood < 0.05) return void timed(visitor.leave);
  let place = timed(visitor.place);
  while (place.body.state === 'waiting' && Date.now() - from < 60_000) {
    sleep(place.body.pollAfterMs / 1_000);
    place = timed(visitor.place);
  }
  waited.add(Date.now() - from);
  if (mood < 0.1) return;
  if (mood < 0.15) return void timed(visitor.leave);
  if (mood < 0.5) timed(visitor.claim);
  sleep(Math.random() * 2);
  timed(() => visitor.buy(1, newKey()));
};

export const watch = ({ saleId }: { saleId: string }): void => {
  checkBooks(saleOf(saleId));
};

export const teardown = ({ saleId }: { saleId: string }): void => {
  // Abandoned visitors miss their claim; then no visitor may wait or be active.
  for (let tries = 0; tries < 30 && saleOf(saleId).active + saleOf(saleId).waiting > 0; tries += 1) sleep(1);
  const { active, waiting } = closeSale(saleId);
  slotsLeaked.add(active + waiting);
};
