import { payloadOf, solveChallenge as solveHere, type Solve } from '@sunbeon/client';
import type { ProofMessage, ProofTask } from './proof-worker.ts';

/** Workers at most: more of them make a phone hot, not fast. One core is left to the page. */
const mostWorkers = 4;

/** Solves a challenge in workers of our own origin, so that the page stays quick; on the page itself, with pauses, where workers cannot run. */
export const solveChallenge: Solve = (challenge, { onProgress, signal } = {}) =>
  new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error);
    const { most } = challenge.parameters.data;
    const count = Math.max(1, Math.min(mostWorkers, (navigator.hardwareConcurrency || 2) - 1));
    const workers: Worker[] = [];
    let running = count;
    let tried = 0;
    const stop = (): void => {
      for (const worker of workers) worker.terminate();
      signal?.removeEventListener('abort', onAbort);
    };
    const onAbort = (): void => {
      stop();
      reject(signal!.reason as Error);
    };
    const withoutWorkers = (): void => {
      stop();
      solveHere(challenge, { onProgress, signal }).then(resolve, reject);
    };
    const onMessage = ({ data }: MessageEvent<ProofMessage>): void => {
      if (data.type === 'tried') {
        tried += data.tried;
        return onProgress?.(Math.min(1, tried / most));
      }
      if (data.solution === null && --running > 0) return;
      if (data.solution === null) return withoutWorkers();
      stop();
      resolve(payloadOf(challenge, data.solution));
    };
    signal?.addEventListener('abort', onAbort);
    try {
      for (let from = 0; from < count; from += 1) {
        const worker = new Worker(new URL('./proof-worker.ts', import.meta.url), { type: 'module' });
        workers.push(worker);
        worker.onmessage = onMessage;
        worker.onerror = () => {
          // Only the first failure: the others would begin again what has begun.
          for (const other of workers) other.onerror = null;
          withoutWorkers();
        };
        worker.postMessage({ challenge, from, step: count } satisfies ProofTask);
      }
    } catch {
      withoutWorkers();
    }
  });
