import { checkDraw, type CheckResult, type Place } from './check-draw.ts';
import { sourceOf } from './source.ts';

/** From the worker to the page. */
export type CheckMessage = { type: 'progress'; done: number; count: number } | { type: 'result'; result: CheckResult };

/** Checks one place; the page ends the worker. */
addEventListener('message', ({ data }: MessageEvent<Place>) => {
  const send = (message: CheckMessage): void => postMessage(message);
  const onProgress = (done: number, count: number): void => send({ type: 'progress', done, count });
  void checkDraw(data, sourceOf(data.saleId), onProgress)
    // A part of this check itself could not be loaded.
    .catch((): CheckResult => ({ outcome: 'unreachable' }))
    .then((result) => send({ type: 'result', result }));
});
