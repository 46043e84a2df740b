import { tryCounters, type Challenge, type Solution } from '@sunbeon/client';

/** To the worker: one of `step` that share the work. */
export interface ProofTask {
  challenge: Challenge;
  from: number;
  step: number;
}
/** From the worker. `tried`: counters since the last message; `solution`: null when its share is done. */
export type ProofMessage = { type: 'tried'; tried: number } | { type: 'ended'; solution: Solution | null };

/** Counters between two messages: about 60 ms of a middling phone. */
const tries = 20_000;

/** Tries its share of the counters; the page ends the worker. */
addEventListener('message', ({ data: { challenge, from, step } }: MessageEvent<ProofTask>) => {
  const send = (message: ProofMessage): void => postMessage(message);
  const { most } = challenge.parameters.data;
  for (let next = from; next < most; next += step * tries) {
    const solution = tryCounters(challenge, { from: next, step, tries });
    if (solution) return send({ type: 'ended', solution });
    send({ type: 'tried', tried: tries });
  }
  send({ type: 'ended', solution: null });
});
