import { AsyncResource } from 'node:async_hooks';
import { rehearsalLimits, type OperatorSale } from '@sunbeon/contracts';
import type { Service } from '@sunbeon/runtime';
import { createCrowd, type Crowd } from './crowd.ts';
import type { CrowdCalls } from './crowd-calls.ts';

/** Interval between two passes over the crowds of this process, ms. */
const passEveryMs = 50;

export interface Rehearsals {
  /** Sends the people into a rehearsal, unless somebody has. */
  start: (sale: OperatorSale) => void;
  stop: () => void;
}

/**
 * The crowds of this process. All together they make a bounded number of calls, a second and at once, one crowd after the other: visitors of real sales
 * find the services as busy as with some more visitors. A crowd belongs to one process: when that ends, the rehearsal stands still, and the ticker
 * closes and deletes it by the clock of Redis.
 */
export const createRehearsals = (callsOf: (saleId: string) => CrowdCalls, log: Pick<Service['log'], 'write'>): Rehearsals => {
  const crowds = new Map<string, Crowd>();
  /** Passes run outside any request, so that their calls do not join the trace of the one that started a crowd. */
  const own = new AsyncResource('rehearsals');
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let calling = 0;
  let allowance = 0;
  let passedMs = 0;

  /** Makes one call of each crowd that has one due, as long as the bounds allow; false when none had. */
  const round = (nowMs: number): boolean => {
    let called = false;
    for (const [saleId, crowd] of crowds) {
      if (calling >= rehearsalLimits.inFlight || allowance < 1) return false;
      const step = crowd.next(nowMs);
      if (step) {
        called = true;
        allowance -= 1;
        calling += 1;
        void step()
          .catch((error: unknown) => log.write('rehearsal_failed', { sale: saleId, err: error }))
          .finally(() => (calling -= 1));
      }
      if (crowd.isOver()) {
        crowds.delete(saleId);
        log.write('rehearsal_ended', { sale: saleId });
      }
    }
    return called;
  };
  const pass = (): void => {
    const nowMs = performance.now();
    const perPass = (rehearsalLimits.callsPerSecond * Math.min(1_000, nowMs - passedMs)) / 1_000;
    allowance = Math.min(rehearsalLimits.callsPerSecond / 10, allowance + perPass);
    passedMs = nowMs;
    while (round(nowMs));
    if (crowds.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
  return {
    start: (sale) => {
      const { rehearsal, saleId, joined, status } = sale;
      if (isStopped || rehearsal === undefined || crowds.has(saleId) || joined > 0 || status !== 'open') return;
      const startedMs = performance.now();
      crowds.set(saleId, createCrowd({ ...sale, rehearsal }, callsOf(saleId), { startedMs }));
      log.write('rehearsal_started', { sale: saleId, people: rehearsal.people });
      if (timer !== undefined) return;
      passedMs = startedMs;
      own.runInAsyncScope(() => {
        timer = setInterval(pass, passEveryMs);
        timer.unref();
      });
    },
    stop: () => {
      isStopped = true;
      clearInterval(timer);
      for (const crowd of crowds.values()) crowd.stop();
      crowds.clear();
    },
  };
};
