import { checkDraw, type CheckResult, type Place } from './check-draw.ts';
import { sourceOf } from './source.ts';

/** From the worker to the page. */
export type CheckMessage = { type: 'progress'; done: number; count: number } | { type: 'result'; result: CheckResult };

/** Checks one place; the page ends the worker. */
addEventListener('message', ({ data }: MessageEvent<Place>) => {
  const send = (message: CheckMessage): void => postMessage(message);
  void checkDraw(data, sourceOf(data.saleId), (done, count) => send({ type: 'progress', done, count })).then((result) =>
    send({ type: 'result', result }),
  );
});
