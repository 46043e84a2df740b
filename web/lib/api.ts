import type { ErrorCode, Hold, Place, Problem, Purchase, Sale, Visitor } from '@sunbeon/contracts';
import { gatewayUrl } from './gateway-url.ts';
import { speakingToken } from './place-token.ts';

/** Why a call gave nothing. `network`: no answer came, so what happened is unknown. */
export interface Failure {
  code: ErrorCode | 'network';
  status: number;
  retryAfterMs?: number;
}
export type Answer<T> = { ok: true; value: T } | { ok: false; failure: Failure };

/** Longest wait for an answer, ms; then the outcome counts as unknown. */
const longestMs = 10_000;
/** The same for what is asked again anyway: a connection that died unseen must not cost a claim window of 30 s. */
const shortMs = 5_000;

interface Call {
  method?: 'GET' | 'POST' | 'DELETE';
  body?: unknown;
  idempotencyKey?: string;
  /** The sale whose place the call is about. */
  placeIn?: string;
  /** Speaks for the place instead of what speaks normally. */
  token?: string | undefined;
  timeoutMs?: number;
  signal?: AbortSignal;
}

/** True for failures after which the very same request may be sent again: nothing was refused, only not answered. */
export const isTransient = (failure: Failure): boolean =>
  failure.code === 'network' || failure.code === 'unavailable' || failure.code === 'rate_limited';

/** In the browser calls go to the page's own origin, which relays them; on the web server straight to the gateway. */
const origin = (): string => (typeof window === 'undefined' ? gatewayUrl() : '');

const failureOf = async (response: Response): Promise<Failure> => {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  const retry = Number.isFinite(seconds) ? { retryAfterMs: seconds * 1_000 } : {};
  const isProblem = response.headers.get('content-type')?.includes('application/problem+json') ?? false;
  const problem = isProblem ? ((await response.json().catch(() => null)) as Problem | null) : null;
  const fallback: ErrorCode = response.status >= 500 ? 'unavailable' : 'internal_error';
  return { code: problem?.code ?? fallback, status: response.status, ...retry };
};

const call = async <T>(path: string, { method = 'GET', body, idempotencyKey, placeIn, token = placeIn === undefined ? undefined : speakingToken(placeIn), timeoutMs = longestMs, signal }: Call = {}): Promise<Answer<T>> => {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (idempotencyKey !== undefined) headers['idempotency-key'] = idempotencyKey;
  if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
  const abort = new AbortController();
  const giveUp = () => abort.abort();
  const timer = setTimeout(giveUp, timeoutMs);
  signal?.addEventListener('abort', giveUp);
  if (signal?.aborted) giveUp();
  try {
    const response = await fetch(origin() + path, {
      method,
      headers,
      cache: 'no-store',
      credentials: 'same-origin',
      signal: abort.signal,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) return { ok: false, failure: await failureOf(response) };
    return { ok: true, value: (response.status === 204 ? undefined : await response.json()) as T };
  } catch {
    return { ok: false, failure: { code: 'network', status: 0 } };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', giveUp);
  }
};

const saleAt = (saleId: string): string => `/api/sales/${encodeURIComponent(saleId)}`;

/** Every call of the public API that the pages make. None of them throws. */
export const api = {
  sales: (cursor?: string) => call<{ sales: Sale[]; next?: string }>(`/api/sales${cursor === undefined ? '' : `?cursor=${encodeURIComponent(cursor)}`}`),
  sale: (saleId: string, signal?: AbortSignal) => call<Sale>(saleAt(saleId), signal ? { signal } : {}),
  join: (saleId: string) => call<Place>(`${saleAt(saleId)}/queue`, { method: 'POST', placeIn: saleId }),
  place: (saleId: string, signal?: AbortSignal, token?: string) =>
    call<Visitor>(`${saleAt(saleId)}/queue/me`, { placeIn: saleId, token, timeoutMs: shortMs, ...(signal ? { signal } : {}) }),
  claim: (saleId: string) => call<Visitor>(`${saleAt(saleId)}/queue/me/claim`, { method: 'POST', placeIn: saleId, timeoutMs: shortMs }),
  leave: (saleId: string) => call<void>(`${saleAt(saleId)}/queue/me`, { method: 'DELETE', placeIn: saleId }),
  purchases: (saleId: string) => call<{ purchases: Purchase[] }>(`${saleAt(saleId)}/purchases/me`, { placeIn: saleId }),
  holds: (saleId: string) => call<{ holds: Hold[] }>(`${saleAt(saleId)}/holds/me`, { placeIn: saleId }),
  purchase: (saleId: string, quantity: number, idempotencyKey: string) =>
    call<Purchase>(`${saleAt(saleId)}/purchases`, { method: 'POST', body: { quantity }, idempotencyKey, placeIn: saleId }),
  hold: (saleId: string, quantity: number, idempotencyKey: string) =>
    call<Hold>(`${saleAt(saleId)}/holds`, { method: 'POST', body: { quantity }, idempotencyKey, placeIn: saleId }),
  releaseHold: (saleId: string, hold: Hold) =>
    call<void>(`${saleAt(saleId)}/holds/${encodeURIComponent(hold.holdId)}`, { method: 'DELETE', placeIn: saleId }),
  confirmHold: (saleId: string, hold: Hold) =>
    call<Purchase>(`${saleAt(saleId)}/holds/${encodeURIComponent(hold.holdId)}/confirm`, { method: 'POST', placeIn: saleId }),
};

/** Subprotocols of a sale's live stream: the token, where no cookie speaks. Source: liveProtocol of the contract. */
export const liveProtocols = (saleId: string): string[] => {
  const token = speakingToken(saleId);
  return token === undefined ? ['sunbeon.v1'] : ['sunbeon.v1', `bearer.${token}`];
};

/** The address of a sale's live stream; `after` is the last event id seen, so that nothing is missed in between. */
export const liveAddress = (saleId: string, after?: string): string => {
  const url = new URL(`${saleAt(saleId)}/live`, window.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  if (after !== undefined) url.searchParams.set('after', after);
  return url.href;
};
