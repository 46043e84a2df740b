/** @jest-environment jsdom */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Failure, Result } from '../src/result.ts';
import { retrying } from '../src/retry.ts';

const failed = (code: Failure['code'], retryAfterMs?: number): Result<string> => ({
  ok: false,
  failure: { code, status: 503, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) } as Failure,
});
const done: Result<string> = { ok: true, status: 200, value: 'done' };
/** Answers in turn, and counts the calls. */
const answering = (...answers: Result<string>[]) => jest.fn(() => Promise.resolve(answers.length > 1 ? answers.shift()! : answers[0]!));

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

describe('retrying', () => {
  it('retries only transient failures', async () => {
    const call = answering(failed('network'), failed('unavailable'), failed('rate_limited'), done);
    const onRetry = jest.fn();
    const result = retrying(call, { attempts: 4, onRetry });
    await jest.advanceTimersByTimeAsync(60_000);
    expect(await result).toEqual(done);
    expect(call).toHaveBeenCalledTimes(4);
    expect(onRetry).toHaveBeenCalledTimes(3);
  });

  it.each(['sold_out', 'not_admitted', 'invalid_token', 'internal_error', 'idempotency_conflict'] as const)(
    'takes %s for an answer',
    async (code) => {
      const call = answering(failed(code), done);
      expect(await retrying(call, { attempts: 4 })).toMatchObject({ ok: false, failure: { code } });
      expect(call).toHaveBeenCalledTimes(1);
    },
  );

  it('ends after the maximum of attempts, the first included', async () => {
    const call = answering(failed('network'));
    const result = retrying(call, { attempts: 3 });
    await jest.advanceTimersByTimeAsync(60_000);
    expect(await result).toMatchObject({ ok: false });
    expect(call).toHaveBeenCalledTimes(3);
  });

  it('waits for Retry-After, up to a bound', async () => {
    const call = answering(failed('unavailable', 4_000), failed('unavailable', 600_000), done);
    const result = retrying(call, { attempts: 3 });
    await jest.advanceTimersByTimeAsync(3_900);
    expect(call).toHaveBeenCalledTimes(1);
    await jest.advanceTimersByTimeAsync(200);
    expect(call).toHaveBeenCalledTimes(2);
    await jest.advanceTimersByTimeAsync(10_100);
    expect(await result).toEqual(done);
  });

  it('does not wait any longer when the network is back', async () => {
    const call = answering(failed('network', 9_000), done);
    const result = retrying(call, { attempts: 2 });
    await jest.advanceTimersByTimeAsync(10);
    window.dispatchEvent(new Event('online'));
    await jest.advanceTimersByTimeAsync(10);
    expect(await result).toEqual(done);
  });

  it('stops at once when it is aborted', async () => {
    const abort = new AbortController();
    const call = answering(failed('unavailable', 5_000), done);
    const result = retrying(call, { attempts: 3, signal: abort.signal });
    await jest.advanceTimersByTimeAsync(10);
    abort.abort();
    expect(await result).toMatchObject({ ok: false });
    expect(call).toHaveBeenCalledTimes(1);
  });
});

describe('a signal that is aborted already', () => {
  it('ends the pause at once, without another attempt', async () => {
    const stop = new AbortController();
    const call = jest.fn(() => {
      stop.abort();
      return Promise.resolve(failed('network'));
    });
    // The abort comes during the call: no event follows when the pause begins.
    const result = retrying(call, { attempts: 9, signal: stop.signal, onRetry: () => undefined });
    await jest.advanceTimersByTimeAsync(1);
    expect(await result).toMatchObject({ ok: false });
    expect(call).toHaveBeenCalledTimes(1);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('is seen when the abort comes between an answer and its pause', async () => {
    const stop = new AbortController();
    const call = answering(failed('network'));
    const result = retrying(call, { attempts: 9, signal: stop.signal, onRetry: () => stop.abort() });
    await jest.advanceTimersByTimeAsync(1);
    expect(await result).toMatchObject({ ok: false });
    expect(jest.getTimerCount()).toBe(0);
  });
});
