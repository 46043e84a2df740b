// Smoke test: does every call of a visitor work, and is every invalid one refused?
// One visitor a second for SECONDS (20). A failed check, a slow answer or an error fails the run.
import { check, sleep } from 'k6';
import { createSale, closeSale, joinAnew, newKey, number, visitorOf, call, type Sale } from './lib.ts';
import { follow } from './live.ts';

export const options = {
  scenarios: {
    people: {
      executor: 'constant-arrival-rate',
      rate: 1,
      timeUnit: '1s',
      duration: `${number('SECONDS', 20)}s`,
      preAllocatedVUs: 10,
      maxVUs: 50,
    },
  },
  thresholds: {
    checks: ['rate==1'],
    joined: ['rate==1'],
    http_req_failed: ['rate==0'],
    http_req_duration: ['p(95)<500', 'max<3000'],
    places_lost: ['count==0'],
    books_broken: ['count==0'],
    dropped_iterations: ['count==0'],
  },
};

export const setup = () => ({ saleId: createSale('smoke', { stock: 1_000, admitPerSecond: 20, activeLimit: 100, perVisitorLimit: 4 }) });

/** Reads the pages of the list, at most 20: 10,000 sales. */
const isListed = (saleId: string): boolean => {
  let cursor = '';
  for (let page = 0; page < 20; page += 1) {
    const { status, body } = call<{ sales: Sale[]; next?: string }>('sales', 'GET', `/api/sales?limit=500${cursor}`);
    if (status !== 200) return false;
    if (body.sales.some((sale) => sale.saleId === saleId)) return true;
    if (body.next === undefined) return false;
    cursor = `&cursor=${body.next}`;
  }
  return false;
};

export default async ({ saleId }: { saleId: string }): Promise<void> => {
  check(isListed(saleId), { 'the sale is listed': (listed) => listed });
  const place = joinAnew(saleId);
  if (!check(place, { 'a newcomer gets a place': () => place !== null && place.visitor.seq! >= 1 }) || !place) return;
  const {
    token,
    visitor: { seq, visitorId },
  } = place;
  const visitor = visitorOf(saleId, token);
  check(visitor.join(), {
    'joining again gives the same place': ({ status, body }) =>
      status === 200 && body.visitor.visitorId === visitorId && (body.visitor.seq ?? seq) === seq,
  });
  check(visitorOf(saleId, `${token}x`).place(), { 'a forged token learns nothing': ({ status }) => status === 401 });

  const heard: string[] = [];
  const ended = await follow(
    saleId,
    token,
    (message) => {
      heard.push(message.type);
      return message.type === 'admitted' || (message.type === 'state' && message.visitor.state === 'admitted');
    },
    { limitMs: 15_000 },
  );
  check(heard, { 'the stream begins with the state': () => heard[0] === 'state', 'and tells of the admission': () => ended === 'done' });

  check(visitor.claim(), { 'the claim starts the session': ({ status, body }) => status === 200 && body.state === 'admitted' });
  check(visitor.buy(0.5, newKey()), {
    'half a ticket is refused': ({ status, body }) => status === 400 && body.code === 'invalid_request',
  });
  check(visitor.buy(5, newKey()), {
    'more than one may buy is refused': ({ status, body }) => status === 409 && body.code === 'limit_exceeded',
  });
  const hold = visitor.hold(2, newKey());
  check(hold, { 'a hold is given': ({ status }) => status === 201 });
  check(visitor.confirm(hold.body.holdId), { 'and becomes a purchase': ({ status, body }) => status === 201 && body.quantity === 2 });
  check(visitor.bought(), { 'which is listed': ({ status, body }) => status === 200 && body.purchases.length === 1 });
  check(visitor.buy(1, newKey()), { 'whoever has bought is outside again': ({ status }) => status === 403 });

  const key = newKey();
  const other = visitorOf(saleId, joinAnew(saleId)?.token);
  for (let tries = 0; tries < 20 && other.place().body.state === 'waiting'; tries += 1) sleep(0.5);
  const bought = other.buy(1, key);
  check(bought, { 'a purchase without a claim is one': ({ status }) => status === 201 });
  check(other.buy(1, key), {
    'the same key gives the same answer': ({ status, body, replayed }) =>
      status === 201 && replayed && body.purchaseId === bought.body.purchaseId,
  });
  check(other.buy(2, key), { 'but not for another order': ({ status }) => status === 422 });
  check(visitorOf(saleId, joinAnew(saleId)?.token).leave(), { 'a place can be given up': ({ status }) => status === 204 });
};

export const teardown = ({ saleId }: { saleId: string }): void => {
  closeSale(saleId);
};
