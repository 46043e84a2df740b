import type { Result } from '@sunbeon/client';
import type { History, Outcome } from './history.ts';

/** Outcome of a call. `unknown`: no answer says whether it was carried out. */
export interface Answer<T> {
  outcome: Outcome;
  status: number;
  value: T | null;
  code: string | null;
}
export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Counts the calls of a history and judges their answers; `end` lets nobody begin or repeat anything. */
export const createCaller = (history: History) => {
  let running = true;

  const call = async <T>(name: string, made: Promise<Result<T>>): Promise<Answer<T>> => {
    const result = await made;
    if (!result.ok && result.failure.code === 'network' && result.failure.reason === 'unreadable')
      history.scandals.push(`${name}: a body that is no JSON`);
    if (!result.ok && result.failure.status === 500) history.scandals.push(`${name}: 500 ${JSON.stringify(result.failure)}`);
    if (!result.ok && result.failure.code === 'unavailable' && result.failure.status === 503 && result.failure.retryAfterMs === undefined)
      history.scandals.push(`${name}: 503 without Retry-After`);
    const status = result.ok ? result.status : result.failure.status;
    const outcome = result.ok ? 'ok' : status === 0 || status >= 500 ? 'unknown' : 'refused';
    history.calls[outcome] += 1;
    return { outcome, status, value: result.ok ? result.value : null, code: result.ok ? null : result.failure.code };
  };

  /** Repeats a call with the same key while its outcome is unknown. */
  const insist = async <T>(attempt: () => Promise<Answer<T>>): Promise<Answer<T>> => {
    for (;;) {
      const answer = await attempt();
      if (answer.outcome !== 'unknown' || !running) return answer;
      await pause(100 + Math.random() * 400);
    }
  };

  return {
    call,
    insist,
    isRunning: () => running,
    end: (): void => {
      running = false;
    },
  };
};
export type Caller = ReturnType<typeof createCaller>;
