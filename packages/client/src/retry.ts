import { backoffMs } from './backoff.ts';
import { isTransient, type Failure, type Result } from './result.ts';

export interface Retry {
  /** Attempts at most, the first included. */
  attempts: number;
  signal?: AbortSignal;
  onRetry?: () => void;
  /** Failures to retry; default: the transient ones. */
  isWorthIt?: (failure: Failure) => boolean;
}

/** Longest pause between two attempts, ms: longer ones are not worth a person's wait. */
const longestPauseMs = 10_000;

/** Ends early when `signal` is aborted, or the network is back. */
const pause = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    // No event follows for a signal that is already aborted.
    if (signal?.aborted) return resolve();
    const end = (): void => {
      clearTimeout(timer);
      globalThis.removeEventListener?.('online', end);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    globalThis.addEventListener?.('online', end);
    signal?.addEventListener('abort', end);
  });

/** Retries a call on transient failures. The call must be idempotent. */
export const retrying = async <T>(
  call: () => Promise<Result<T>>,
  { attempts, signal, onRetry, isWorthIt = isTransient }: Retry,
): Promise<Result<T>> => {
  for (let attempt = 0; ; attempt += 1) {
    const answer = await call();
    if (answer.ok || !isWorthIt(answer.failure) || attempt + 1 >= attempts || signal?.aborted) return answer;
    onRetry?.();
    await pause(Math.min(longestPauseMs, Math.max(answer.failure.retryAfterMs ?? 0, backoffMs(attempt, Math.random()))), signal);
    if (signal?.aborted) return answer;
  }
};
