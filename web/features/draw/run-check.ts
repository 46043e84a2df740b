import type { CheckResult, Place } from './check-draw.ts';
import type { CheckMessage } from './check-worker.ts';
import { keptDrawOf, type KeptDraw } from './kept-draw.ts';

export interface CheckProgress {
  /** Null until the roster is being read. */
  progress: { done: number; count: number } | null;
  /** With what this browser kept from before the draw. Null until the end. */
  found: { result: CheckResult; kept: KeptDraw | null } | null;
}

export interface RunningCheck {
  stop: () => void;
}

/** Runs a check in a worker. A worker that cannot run counts as no answer; throws where none can be made. */
export const runCheck = (place: Omit<Place, 'kept'>, onProgress: (seen: CheckProgress) => void): RunningCheck => {
  const kept = keptDrawOf(place.saleId, place.generation);
  const worker = new Worker(new URL('./check-worker.ts', import.meta.url), { type: 'module' });
  const end = (result: CheckResult): void => {
    onProgress({ progress: null, found: { result, kept } });
    worker.terminate();
  };
  onProgress({ progress: null, found: null });
  worker.onmessage = ({ data }: MessageEvent<CheckMessage>) =>
    data.type === 'progress' ? onProgress({ progress: data, found: null }) : end(data.result);
  worker.onerror = () => end({ outcome: 'unreachable' });
  worker.postMessage({ ...place, kept } satisfies Place);
  return { stop: () => worker.terminate() };
};
