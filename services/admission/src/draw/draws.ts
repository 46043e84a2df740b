import { bulkhead, type Service } from '@sunbeon/runtime';
import type { AdmissionMetrics } from '../metrics.ts';
import type { BeaconClient } from './drand.ts';
import { runDraw, type Turn } from './run-draw.ts';
import { shareRounds } from './share-rounds.ts';

const drawsAtOnce = {
  /** Draws of one instance, most of which wait for a turn or a beacon; further ones begin with a later tick. All may write at the same moment: half of what Redis's breaker takes. */
  all: 256,
  /** Of small lobbies that compute and write: pages of all of them delay another call by a tenth of a second. */
  small: 32,
  /** Of large lobbies, each in a thread of its own, with its roster in memory. */
  large: 2,
} as const;

/** The draws that this instance leads. They run beside the ticks and hold none up. */
export interface Draws {
  /** After a tick of a sale that is drawing: begins or goes on with its draw. */
  lead: (saleId: string, epoch: number) => void;
  /** The leadership, or the sale, is gone. */
  lose: (saleId: string) => void;
  stop: () => Promise<void>;
}

/** `done`: after an order was written. */
export const createDraws = (
  { redis, log }: Pick<Service, 'redis' | 'log'>,
  metrics: AdmissionMetrics['draws'],
  beacon: BeaconClient,
  done: (saleId: string) => void,
): Draws => {
  const running = new Map<string, { epoch: number; abort: AbortController; ended: Promise<void> }>();
  const turnsOf = (atOnce: number): Turn => {
    const turns = bulkhead(atOnce, drawsAtOnce.all);
    return (compute) => turns.execute(compute);
  };
  const context = {
    redis,
    beacon: shareRounds(beacon),
    turns: { small: turnsOf(drawsAtOnce.small), large: turnsOf(drawsAtOnce.large) },
    took: metrics.took,
  };
  let stopped = false;
  const lose = (saleId: string): void => running.get(saleId)?.abort.abort();
  return {
    lead: (saleId, epoch) => {
      const known = running.get(saleId);
      if (known && known.epoch !== epoch) lose(saleId);
      if (known || stopped || running.size >= drawsAtOnce.all) return;
      const abort = new AbortController();
      const startedMs = performance.now();
      const ended = runDraw(context, saleId, epoch, abort.signal)
        .then((isDrawn) => {
          running.delete(saleId);
          if (!isDrawn) return;
          metrics.drawn();
          log.write('lobby_drawn', { sale: saleId, epoch, seconds: Math.round(performance.now() - startedMs) / 1_000 });
          done(saleId);
        })
        .catch((error: unknown) => {
          running.delete(saleId);
          metrics.failed();
          log.write('draw_failed', { sale: saleId, epoch, err: error });
        });
      running.set(saleId, { epoch, abort, ended });
    },
    lose,
    stop: async () => {
      stopped = true;
      for (const { abort } of running.values()) abort.abort();
      await Promise.allSettled([...running.values()].map(({ ended }) => ended));
    },
  };
};
