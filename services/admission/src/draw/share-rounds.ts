import { abortAfter, type Beacon, type BeaconClient, type Verify } from './drand.ts';
import { startDrawWorker } from './draw-worker.ts';

/** Of the requests for a round, ms: longer than any draw waits, since the last one that leaves ends them. */
const requestsMs = 3_600_000;

/** In a thread of its own, which knows no sale. */
const verifyInThread: Verify = async (...signed) => {
  const worker = startDrawWorker({ saleId: '', generation: 0 });
  try {
    return await worker.isSignature(...signed);
  } finally {
    await worker.end();
  }
};

/**
 * Draws that wait for the same round share its requests and their checks: a hundred sales that open together ask the public servers like one, and are not
 * turned away. Each draw waits until its own deadline, or until it is aborted; the last one that leaves ends the requests.
 */
export const shareRounds = (beacon: BeaconClient): BeaconClient => {
  const rounds = new Map<number, { waiting: number; requests: AbortController; found: Promise<Beacon | null> }>();
  const begin = (round: number) => {
    const requests = new AbortController();
    const untilMs = performance.now() + requestsMs;
    const begun = { waiting: 0, requests, found: beacon.fetch(round, { untilMs, signal: requests.signal, verify: verifyInThread }) };
    rounds.set(round, begun);
    return begun;
  };
  return {
    chain: beacon.chain,
    fetch: async (round, { untilMs, signal }) => {
      const own = abortAfter(untilMs - performance.now(), signal);
      if (own.signal.aborted) return null;
      const shared = rounds.get(round) ?? begin(round);
      shared.waiting += 1;
      try {
        return await Promise.race([
          shared.found,
          new Promise<null>((resolve) => own.signal.addEventListener('abort', () => resolve(null), { once: true })),
        ]);
      } finally {
        own.end();
        shared.waiting -= 1;
        if (shared.waiting === 0) {
          shared.requests.abort();
          rounds.delete(round);
        }
      }
    },
  };
};
