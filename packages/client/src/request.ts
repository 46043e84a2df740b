import type { AnswerOf, BodyOf, ParamsOf, RouteName } from './contracts.ts';
import { failureOf, networkFailure, type NetworkFailure, type Result } from './result.ts';
import { retrying } from './retry.ts';
import type { RoutePaths } from './route-paths.ts';

/** Address of the API, and credentials. */
export interface RequestOptions {
  /** Origin of the API, for example `https://tickets.example`; empty for the page's own. A function is called before each request. */
  baseUrl: string | (() => string);
  /** Token of the visitor or operator. A function is called before each request, with the sale if the call has one. Without a token, cookies are sent. */
  token?: string | ((saleId: string | undefined) => string | undefined) | undefined;
  /** Instead of the global `fetch`. */
  fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
  /** Cookie policy of a browser; default `same-origin`. */
  credentials?: RequestCredentials | undefined;
  /** Timeout of every call, ms, instead of its own. */
  timeoutMs?: number | undefined;
}

/** Options of one call. */
export interface CallOptions {
  signal?: AbortSignal | undefined;
  /** Timeout, ms; after it, the outcome counts as unknown. */
  timeoutMs?: number | undefined;
  /** Instead of the client's token. */
  token?: string | undefined;
  /** Attempts at most while the failure is transient, with the same key; default 1. */
  attempts?: number | undefined;
}

export interface RequestInput<N extends RouteName> {
  params?: ParamsOf<N>;
  query?: Record<string, string | number | undefined>;
  headers?: Record<string, string>;
  body?: BodyOf<N>;
}

export type Request<Names extends RouteName> = <N extends Names>(
  name: N,
  input: RequestInput<N>,
  options?: CallOptions,
) => Promise<Result<AnswerOf<N>>>;

const defaultTimeoutMs = 10_000;
/** Characters of a header value; any other text is no token of Sunbeon. */
const tokenPattern = /^[\x21-\x7e]+$/;

/** By name, because the error may be of another realm. */
const isSyntaxError = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'name' in error && error.name === 'SyntaxError';

export const originOf = ({ baseUrl }: RequestOptions): string => (typeof baseUrl === 'function' ? baseUrl() : baseUrl).replace(/\/$/, '');
export const tokenOf = ({ token }: RequestOptions, saleId: string | undefined): string | undefined =>
  typeof token === 'function' ? token(saleId) : token;

/** Null: not of the API, for example of a proxy. Only a call that ends something, or asks for a session, may be answered without a body. */
const valueOf = async (response: Response, method: string, url: string): Promise<unknown> => {
  if (response.status === 204) return method === 'DELETE' || url.endsWith('/session') ? undefined : null;
  const isBytes = response.headers.get('content-type') === 'application/octet-stream';
  const value: unknown = isBytes ? new Uint8Array(await response.arrayBuffer()) : await response.json();
  return typeof value === 'object' ? value : null;
};

/** `/api/sales/:sale` with its parameters and query. */
export const addressOf = (url: string, params: Record<string, string>, query: Record<string, string | number | undefined> = {}): string => {
  const path = url.replace(/:([a-z]+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const search = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  ).toString();
  return search === '' ? path : `${path}?${search}`;
};

/** Creates the calls of `paths` by their names in the catalogue. None throws: an error is the `failure` of the result. */
export const createRequest = <Names extends RouteName>(paths: RoutePaths<Names>, options: RequestOptions): Request<Names> => {
  const send = options.fetch ?? ((url, init) => globalThis.fetch(url, init));

  const once = async (
    method: string,
    url: string,
    init: Omit<RequestInit, 'signal' | 'method'>,
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<Result<unknown>> => {
    const abort = new AbortController();
    let reason: NetworkFailure['reason'] = 'unreachable';
    const giveUp = (why: NetworkFailure['reason']): void => {
      reason = why;
      abort.abort();
    };
    const onAbort = (): void => giveUp('aborted');
    if (signal?.aborted) onAbort();
    signal?.addEventListener('abort', onAbort);
    const timer = setTimeout(() => giveUp('timeout'), timeoutMs);
    try {
      const response = await send(url, {
        method,
        cache: 'no-store',
        credentials: options.credentials ?? 'same-origin',
        ...init,
        signal: abort.signal,
      });
      if (!response.ok) return { ok: false, failure: await failureOf(response) };
      const value = await valueOf(response, method, url);
      return value === null ? networkFailure('unreadable') : { ok: true, status: response.status, value };
    } catch (error) {
      return networkFailure(isSyntaxError(error) ? 'unreadable' : reason);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    }
  };

  return async <N extends Names>(name: N, { params, query, headers, body }: RequestInput<N>, call: CallOptions = {}) => {
    const [method, url] = paths[name].split(' ') as [string, string];
    const values: Record<string, string> = params ?? {};
    const token = call.token ?? tokenOf(options, values['sale']);
    if (token !== undefined && !tokenPattern.test(token))
      return { ok: false, failure: { code: 'invalid_token', status: 401, isProblem: false } };
    const init = {
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
    const attempt = () =>
      once(
        method,
        originOf(options) + addressOf(url, values, query),
        init,
        call.timeoutMs ?? options.timeoutMs ?? defaultTimeoutMs,
        call.signal,
      ) as Promise<Result<AnswerOf<N>>>;
    return retrying(attempt, { attempts: call.attempts ?? 1, ...(call.signal ? { signal: call.signal } : {}) });
  };
};
