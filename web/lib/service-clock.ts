import { monotonicMs, offsetAfter } from './server-clock.ts';

/**
 * The clock that judges the times of a sale, as answers tell it: a device's own may be an hour off. `Date` of each answer has that of the gateway, to a second;
 * a sale has that of Redis, which counts. Before any answer: the device's.
 */
export const createServiceClock = () => {
  let offsetMs: number | null = null;
  let redisAheadMs: number | null = null;
  return {
    noteDate: (date: string | null): void => {
      if (date !== null && Number.isFinite(Date.parse(date))) offsetMs = offsetAfter(offsetMs, date, monotonicMs());
    },
    noteSale: ({ serverTime }: { serverTime: string }): void => {
      offsetMs ??= offsetAfter(null, serverTime, monotonicMs());
      redisAheadMs = offsetAfter(redisAheadMs, serverTime, monotonicMs() + offsetMs);
    },
    nowMs: (): number => (offsetMs === null ? Date.now() : monotonicMs() + offsetMs + (redisAheadMs ?? 0)),
  };
};
