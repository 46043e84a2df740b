import { backoffMs } from './backoff.ts';
import { isTransient, type Failure, type Result } from './result.ts';

export interface Retry {
  /** Calls at most, the first included. */
  attempts: number;
  signal?: AbortSignal;
  onRetry?: () => void;
  /** Which failures are worth another call; by default those that say only that no answer came. */
  isWorthIt?: (failure: Failure) => boolean;
}

/** Longest pause that is worth waiting for on the reader's behalf, ms. */
const longestPauseMs = 10_000;

/** Ends early when it is no longer wanted, or when the network is back. */
const pause = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    // An event that has been is not sent again: a signal that is aborted already ends the pause here.
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

/** Makes the same call again while the failure says only that no answer came. The call must be safe to run twice. */
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
