import type { ErrorCode, Fault, Problem } from './contracts.ts';
import { isErrorCode } from './error-codes.ts';

/** No answer was read, so the outcome is unknown. */
export interface NetworkFailure {
  code: 'network';
  status: 0;
  /** `unreachable`: no connection, or it broke; `timeout`; `aborted` by the caller's signal; `unreadable`: the answer has no JSON, or none of the API. */
  reason: 'unreachable' | 'timeout' | 'aborted' | 'unreadable';
  /** Absent: only an answer has these. */
  retryAfterMs?: undefined;
  detail?: undefined;
  isProblem?: undefined;
}

/** A refusal or error answered by the API. */
export interface RefusedFailure<Code extends ErrorCode> {
  code: Code;
  /** HTTP status. */
  status: number;
  /** From `Retry-After`, ms. */
  retryAfterMs?: number;
  /** Explanation in English, for developers and operators. */
  detail?: string;
  /** Every fault of an invalid request. */
  errors?: Fault[];
  /** With `proof_required`: a fresh challenge. */
  challenge?: object;
  /** With `member_required` and `invalid_member` of a sale with a login: where a browser signs in. */
  loginUrl?: string;
  /** With `already_checked_in`: when, for the first time. */
  checkedInAt?: string;
  /** False for an answer without a problem document, for example of a proxy; `code` then follows from the status. */
  isProblem: boolean;
}

/** Reason of a failure: a union by `code`, of every code of the API and `network`. */
export type Failure = NetworkFailure | { [Code in ErrorCode]: RefusedFailure<Code> }[ErrorCode];

/** Result of every call; none throws. */
export type Result<T> = { ok: true; status: number; value: T } | { ok: false; failure: Failure };

export const networkFailure = (reason: NetworkFailure['reason']): Result<never> => ({
  ok: false,
  failure: { code: 'network', status: 0, reason },
});

/** Code of an answer without one, for example of a CDN. 408 Request Timeout and 425 Too Early: as a server that is not there. */
const codeFor = (status: number): ErrorCode =>
  status === 429 ? 'rate_limited' : status >= 500 || status === 408 || status === 425 ? 'unavailable' : 'internal_error';

/** Reads an answer outside 200–299. An unknown code (of a later API) is replaced by one for the status. */
export const failureOf = async (response: Response): Promise<Failure> => {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  const isProblem = response.headers.get('content-type')?.includes('application/problem+json') ?? false;
  const problem = isProblem ? ((await response.json().catch(() => null)) as Problem | null) : null;
  return {
    code: isErrorCode(problem?.code) ? problem.code : codeFor(response.status),
    status: response.status,
    isProblem: problem !== null,
    ...(Number.isFinite(seconds) ? { retryAfterMs: seconds * 1_000 } : {}),
    ...(problem?.detail === undefined ? {} : { detail: problem.detail }),
    ...(problem?.challenge === undefined ? {} : { challenge: problem.challenge }),
    ...(problem?.loginUrl === undefined ? {} : { loginUrl: problem.loginUrl }),
    ...(problem?.checkedInAt === undefined ? {} : { checkedInAt: problem.checkedInAt }),
    ...(problem?.errors === undefined ? {} : { errors: problem.errors }),
  } as Failure;
};

/** True for transient failures: the same request may be sent again. */
export const isTransient = ({ code }: Pick<Failure, 'code'>): boolean =>
  code === 'network' || code === 'unavailable' || code === 'rate_limited';
