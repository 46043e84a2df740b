// Load spike, ten times as many joins within ten seconds: does each get a place, with low latency, and keep it?
// RATE (30) visitors a second, ten times that within 10 s, for HOLD (20) s, and back. Each joins, joins again and reads the place.
import { Rate } from 'k6/metrics';
import { createSale, closeSale, joinAnew, number, visitorOf } from './lib.ts';

const rate = number('RATE', 30);
const kept = new Rate('place_kept');

export const options = {
  scenarios: {
    people: {
      executor: 'ramping-arrival-rate',
      startRate: rate,
      timeUnit: '1s',
      preAllocatedVUs: Math.ceil(rate * 5),
      maxVUs: Math.ceil(rate * 50),
      stages: [
        { target: rate, duration: '10s' },
        { target: rate * 10, duration: '10s' },
        { target: rate * 10, duration: `${number('HOLD', 20)}s` },
        { target: rate, duration: '10s' },
      ],
    },
  },
  thresholds: {
    'http_req_duration{name:join}': ['p(95)<300', 'p(99)<1000'],
    'http_req_duration{name:place}': ['p(95)<300', 'p(99)<1000'],
    http_req_failed: ['rate<0.001'],
    joined: ['rate>0.999'],
    place_kept: ['rate==1'],
    places_lost: ['count<=0'],
    books_broken: ['count==0'],
    dropped_iterations: ['count==0'],
  },
};

export const setup = () => ({ saleId: createSale('spike', { stock: 100_000, admitPerSecond: 50, activeLimit: 500, claimSeconds: 5 }) });

export default ({ saleId }: { saleId: string }): void => {
  const newcomer = joinAnew(saleId);
  if (!newcomer) return;
  const { token, visitor } = newcomer;
  const again = visitorOf(saleId, token).join();
  kept.add(
    again.status === 200 &&
      again.body.visitor.visitorId === visitor.visitorId &&
      (again.body.visitor.state !== 'waiting' || again.body.visitor.seq === visitor.seq),
  );
  const place = visitorOf(saleId, token).place();
  kept.add(place.status === 200 && place.body.visitorId === visitor.visitorId && (place.body.position ?? 0) <= visitor.position!);
};

export const teardown = ({ saleId }: { saleId: string }): void => {
  closeSale(saleId);
};
