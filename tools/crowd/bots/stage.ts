import type { Entrance } from './entrances.ts';
import type { BotOptions } from './options.ts';

/** One sale, from its opening on. */
export interface Stage {
  saleId: string;
  options: BotOptions;
  shown: Awaited<ReturnType<Entrance['prepare']>>;
  /** Aborted when the time of the sale is over. */
  signal: AbortSignal;
  openedAtMs: number;
}

/** Ends early with the signal. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
