import type { Visitor } from './contracts.ts';
import type { FollowHandlers } from './follow.ts';
import type { Live } from './live.ts';
import { networkFailure, type Failure, type Result } from './result.ts';

export interface WaitOptions extends FollowHandlers {
  signal?: AbortSignal | undefined;
}

/** Duration after which a 401 counts, ms: during a key rotation an instance may lack the key of a valid token. */
const doubtMs = 45_000;

const isFinal = ({ code }: Failure): boolean => code === 'not_in_queue' || code === 'sale_not_found' || code === 'invalid_request';

/**
 * Follows a place until it waits no longer. Resolves with the visitor, admitted or with an ended place (`state`), or with the failure
 * that ended the wait: place or sale not found, token not accepted, or `signal` aborted.
 */
export const waitForTurn = (
  follow: (handlers: FollowHandlers) => Live,
  { signal, onVisitor, onFailure, ...handlers }: WaitOptions,
): Promise<Result<Visitor>> =>
  new Promise((resolve) => {
    if (signal?.aborted) return resolve(networkFailure('aborted'));
    let doubtfulSinceMs: number | null = null;
    const end = (result: Result<Visitor>): void => {
      signal?.removeEventListener('abort', onAbort);
      live.close();
      resolve(result);
    };
    const onAbort = (): void => end(networkFailure('aborted'));
    signal?.addEventListener('abort', onAbort);
    const live = follow({
      ...handlers,
      onVisitor: (visitor) => {
        doubtfulSinceMs = null;
        onVisitor?.(visitor);
        if (visitor.state !== 'waiting' && visitor.state !== 'lobby') end({ ok: true, status: 200, value: visitor });
      },
      onFailure: (failure) => {
        onFailure?.(failure);
        if (failure.code === 'invalid_token') doubtfulSinceMs ??= performance.now();
        const isLost = failure.code === 'invalid_token' && performance.now() - (doubtfulSinceMs ?? 0) >= doubtMs;
        if (isFinal(failure) || isLost) end({ ok: false, failure });
      },
    });
  });
