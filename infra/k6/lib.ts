// Shared by all scripts: a sale per run, a visitor's calls of the public API, and the counts that are compared with the sale.
import exec from 'k6/execution';
import http, { CookieJar, type RefinedResponse, type ResponseType } from 'k6/http';
import { fail } from 'k6';
import { Counter, Rate } from 'k6/metrics';
import type { Line } from '../../packages/line/src/index.ts';

export interface Sale {
  saleId: string;
  status: string;
  soldOut: boolean;
  stock: { total: number; left: number; held: number; sold: number };
  waiting: number;
  active: number;
  serverTime: string;
}
export interface OperatorSale extends Sale {
  joined: number;
  admitted: number;
  left: number;
  expired: number;
  claimSeconds: number;
}
export interface Visitor {
  visitorId: string;
  state: string;
  seq?: number;
  position?: number;
  pollAfterMs: number;
  generation: number;
  admittedUntil?: string;
}
export interface Place {
  visitor: Visitor;
  token: string;
}
export interface Bought {
  purchaseId: string;
  quantity: number;
}
export interface Held {
  holdId: string;
  quantity: number;
}
export interface Answer<T> {
  status: number;
  body: T & { code?: string };
  replayed: boolean;
}

/** A setting of the script: a number from its environment, or the default. */
export const number = (name: string, standard: number): number => {
  const value = Number(__ENV[name] || standard);
  if (!Number.isFinite(value) || value <= 0) throw new Error(`${name} must be a number above 0, not ${__ENV[name]}`);
  return value;
};

/** One gateway, or several separated by commas: each call goes to the next, as behind a load balancer. */
export const gateways = (__ENV['GATEWAY'] || 'http://localhost:4000').split(',');
let turn = 0;
const nextGateway = (): string => gateways[(turn += 1) % gateways.length]!;

// Expected refusals are no failures; 429, 5xx and missing answers are.
http.setResponseCallback(http.expectedStatuses({ min: 200, max: 299 }, 400, 401, 403, 404, 409, 422));

const headersOf = (token: string | undefined, key: string | undefined, hasBody: boolean): Record<string, string> => ({
  ...(hasBody ? { 'content-type': 'application/json' } : {}),
  ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  ...(key === undefined ? {} : { 'idempotency-key': key }),
});
/** A fresh cookie jar per call: visitors of one VU are independent. */
const params = (name: string, token: string | undefined, key: string | undefined, hasBody: boolean) => ({
  headers: headersOf(token, key, hasBody),
  tags: { name },
  jar: new CookieJar(),
  timeout: '15s',
});

const answerOf = <T>(response: RefinedResponse<ResponseType>): Answer<T> => {
  let body: unknown = null;
  try {
    body = response.body ? JSON.parse(String(response.body)) : null;
  } catch {
    // Not JSON: the status is sufficient.
  }
  if (response.status === 429)
    exec.test.abort('The gateway limits joins by address: start it with JOIN_LIMIT_PER_MINUTE=0 for a rehearsal from one machine.');
  return {
    status: response.status,
    body: (body ?? {}) as T & { code?: string },
    replayed: response.headers['Idempotency-Replayed'] === 'true',
  };
};

type Method = 'GET' | 'POST' | 'DELETE';
export const call = <T>(name: string, method: Method, path: string, token?: string, body?: object, key?: string): Answer<T> =>
  answerOf<T>(
    http.request(
      method,
      `${nextGateway()}${path}`,
      body === undefined ? null : JSON.stringify(body),
      params(name, token, key, body !== undefined),
    ),
  );

const operatorToken = (): string => __ENV['ADMIN_TOKEN'] || fail('ADMIN_TOKEN is not set: the script makes a sale of its own with it.');
export const operator = <T>(method: Method, path: string, body?: object): Answer<T> =>
  call<T>('operator', method, `/api/admin/sales${path}`, operatorToken(), body);
export const saleOf = (saleId: string): OperatorSale => {
  const { status, body } = operator<OperatorSale>('GET', `/${saleId}`);
  return status === 200 ? body : fail(`the sale ${saleId} could not be read: ${status} ${body.code ?? ''}`);
};

/** A sale of this run alone, open at once. Closed and kept at the end, for `npm run invariants -- <sale>`. */
export const createSale = (script: string, settings: object): string => {
  const saleId = `k6_${script}_${Date.now().toString(36)}`;
  const { status, body } = operator('POST', '', { saleId, title: `k6: ${script}`, ...settings });
  if (status !== 201) fail(`no sale could be made at ${gateways[0]}: ${status === 0 ? 'no answer' : `${status} ${body.code ?? ''}`}`);
  console.log(`sale ${saleId}`);
  return saleId;
};

/** One visitor's calls. */
export const visitorOf = (saleId: string, token?: string) => {
  const path = `/api/sales/${saleId}`;
  return {
    join: () => call<Place>('join', 'POST', `${path}/queue`, token),
    place: () => call<Visitor>('place', 'GET', `${path}/queue/me`, token),
    claim: () => call<Visitor>('claim', 'POST', `${path}/queue/me/claim`, token),
    leave: () => call('leave', 'DELETE', `${path}/queue/me`, token),
    buy: (quantity: number, key: string) => call<Bought>('purchase', 'POST', `${path}/purchases`, token, { quantity }, key),
    hold: (quantity: number, key: string) => call<Held>('hold', 'POST', `${path}/holds`, token, { quantity }, key),
    confirm: (hold: string) => call<Bought>('confirm', 'POST', `${path}/holds/${hold}/confirm`, token),
    bought: () => call<{ purchases: Bought[] }>('purchases', 'GET', `${path}/purchases/me`, token),
  };
};

/** The public line, as everybody gets it. */
export const lineOf = (saleId: string): Line => call<Line>('line', 'GET', `/api/sales/${saleId}/line`).body;
/** A block of departures; null when there is none at this address now. */
export const bitmapOf = (path: string): Uint8Array | null => {
  const { status, body } = http.get(`${nextGateway()}${path}`, { responseType: 'binary', tags: { name: 'departures' } });
  return status === 200 ? new Uint8Array(body) : null;
};

/** Several purchases sent at the same moment. */
export const buyAtOnce = (saleId: string, token: string, orders: { quantity: number; key: string }[]): Answer<Bought>[] =>
  http
    .batch(
      orders.map(({ quantity, key }) => ({
        method: 'POST' as const,
        url: `${nextGateway()}/api/sales/${saleId}/purchases`,
        body: JSON.stringify({ quantity }),
        params: params('purchase', token, key, true),
      })),
    )
    .map((response) => answerOf<Bought>(response));

/** Places answered to visitors, minus places of the sale: above 0 when one was lost. */
export const placesLost = new Counter('places_lost');
/** Visitors with a new place. */
export const joined = new Rate('joined');
/** Joins as a new visitor; null without a place. */
export const joinAnew = (saleId: string): Place | null => {
  const { status, body } = visitorOf(saleId).join();
  joined.add(status === 201);
  if (status !== 201) return null;
  placesLost.add(1);
  return body;
};
/** Reads of the sale with a violated stock invariant: total ≠ left + held + sold, one of them below 0, or more sold than the total. */
export const booksBroken = new Counter('books_broken');
/** Checks the stock invariant. */
export const looks = new Counter('looks');
export const checkBooks = ({ stock: { total, left, held, sold } }: Sale): void => {
  looks.add(1);
  booksBroken.add(total === left + held + sold && left >= 0 && held >= 0 && sold >= 0 && sold <= total ? 0 : 1);
};

/** Unique text, for Idempotency-Keys. */
export const newKey = (): string => `${exec.vu.idInTest}-${exec.vu.iterationInInstance}-${Math.random().toString(36).slice(2)}`;

/** Ends a run: compares the sale's counts with the visitors' answers. */
export const closeSale = (saleId: string): OperatorSale => {
  const sale = saleOf(saleId);
  checkBooks(sale);
  placesLost.add(-sale.joined);
  operator('POST', `/${saleId}/close`);
  return sale;
};
