import type { BrokenSale, ChangeSale, CreateSale, ErrorCode, OperatorSale, Problem, SaleStats, AuditLog } from '@sunbeon/contracts';
import type { Failure } from './api.ts';

/** `detail`: what the service says about it, in English; for operators only. */
export type OperatorFailure = Failure & { detail?: string };
export type OperatorAnswer<T> = { ok: true; value: T } | { ok: false; failure: OperatorFailure };

export type StatusVerb = 'open' | 'pause' | 'resume' | 'close';

/** Longest wait for an answer, ms; figures that take longer are worth nothing. */
const timeoutMs = { act: 10_000, look: 3_000 } as const;

interface Call {
  method?: 'GET' | 'POST' | 'PATCH';
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

const failureOf = async (response: Response): Promise<OperatorFailure> => {
  const problem = (await response.json().catch(() => null)) as Problem | null;
  const fallback: ErrorCode = response.status >= 500 ? 'unavailable' : 'internal_error';
  return { code: problem?.code ?? fallback, status: response.status, ...(problem?.detail ? { detail: problem.detail } : {}) };
};

const call = async <T>(token: string, path: string, { method = 'GET', body, headers = {}, signal }: Call = {}): Promise<OperatorAnswer<T>> => {
  // A header takes no other characters; such a text is no token of ours.
  if (!/^[\x21-\x7e]+$/.test(token)) return { ok: false, failure: { code: 'invalid_token', status: 401 } };
  const limit = AbortSignal.timeout(method === 'GET' ? timeoutMs.look : timeoutMs.act);
  try {
    const response = await fetch(`/api/admin${path}`, {
      method,
      headers: { accept: 'application/json', authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      cache: 'no-store',
      credentials: 'omit',
      signal: signal ? AbortSignal.any([limit, signal]) : limit,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return response.ok ? { ok: true, value: (await response.json()) as T } : { ok: false, failure: await failureOf(response) };
  } catch {
    return { ok: false, failure: { code: 'network', status: 0 } };
  }
};

const at = (saleId: string): string => `/sales/${encodeURIComponent(saleId)}`;

/** Every call of the console, with one token. None of them throws; the token goes nowhere but into the header. */
export const operatorApi = (token: string) => ({
  /** One page of all sales, by id; `next` is the cursor of the one after. */
  sales: ({ limit = 500, cursor, signal }: { limit?: number; cursor?: string | undefined; signal?: AbortSignal } = {}) =>
    call<{ sales: OperatorSale[]; broken: BrokenSale[]; next?: string }>(token, `/sales?limit=${limit}${cursor === undefined ? '' : `&cursor=${cursor}`}`, signal ? { signal } : {}),
  stats: (saleId: string, afterMs: number | null, signal?: AbortSignal) =>
    call<SaleStats>(token, `${at(saleId)}/stats${afterMs === null ? '' : `?after=${afterMs}`}`, signal ? { signal } : {}),
  sale: (saleId: string) => call<OperatorSale>(token, at(saleId)),
  auditLog: (saleId: string, signal?: AbortSignal) => call<AuditLog>(token, `/audit-log?sale=${encodeURIComponent(saleId)}`, signal ? { signal } : {}),
  create: (sale: CreateSale) => call<OperatorSale>(token, '/sales', { method: 'POST', body: sale }),
  /** Only if nobody changed the sale since `version`. */
  change: (saleId: string, version: number, change: ChangeSale) =>
    call<OperatorSale>(token, at(saleId), { method: 'PATCH', body: change, headers: { 'if-match': `"${version}"` } }),
  status: (saleId: string, verb: StatusVerb) => call<OperatorSale>(token, `${at(saleId)}/${verb}`, { method: 'POST' }),
  addStock: (saleId: string, add: number, idempotencyKey: string) =>
    call<OperatorSale>(token, `${at(saleId)}/stock`, { method: 'POST', body: { add }, headers: { 'idempotency-key': idempotencyKey } }),
});
export type OperatorApi = ReturnType<typeof operatorApi>;
