import { monotonicMs, offsetAfter } from './server-clock.ts';

/** Difference of the device's two clocks beyond which it slept, or was set, ms. */
const sleptMs = 3_000;

/**
 * The clock that judges the times of a sale, as answers tell it: a device's own may be an hour off. A sale has that of Redis, which counts. `Date` of each
 * answer has that of one of the gateways, to a second: it is used until a sale was read, and after a sleep until one is read again. Before any answer: the
 * device's.
 */
export const createServiceClock = () => {
  let offsetMs: number | null = null;
  /** The device's clock minus the page's, when a sale was read last. */
  let apartMs = Number.NaN;
  const apart = (): number => Date.now() - monotonicMs();
  const isOfSale = (): boolean => Math.abs(apart() - apartMs) < sleptMs;
  return {
    noteDate: (date: string | null): void => {
      if (date === null || !Number.isFinite(Date.parse(date)) || isOfSale()) return;
      offsetMs = offsetAfter(offsetMs, date, monotonicMs());
    },
    noteSale: ({ serverTime }: { serverTime: string }): void => {
      offsetMs = offsetAfter(isOfSale() ? offsetMs : null, serverTime, monotonicMs());
      apartMs = apart();
    },
    nowMs: (): number => (offsetMs === null ? Date.now() : monotonicMs() + offsetMs),
  };
};
