import { atMost, lookUpSale, type Service } from '@sunbeon/runtime';
import type { AdmissionMetrics } from '../metrics.ts';
import { readStats } from '../scripts/read-stats.ts';
import { setStatus } from '../scripts/set-status.ts';
import type { Ticker } from '../tick/ticker.ts';
import type { UnreadableSales } from '../unreadable.ts';
import { checkStats } from './check-stats.ts';

/** Interval of the checks of a sale, ms. */
const everyMs = 10_000;
/** Concurrent checks: few, so that ticks and lists keep their capacity. */
const atOnce = 8;

/**
 * The cheap part of the invariant check, for the sales that this instance leads. Violations are counted and logged; a sale whose stock does not
 * add up is paused, so that no visitor is admitted to tickets that may not exist. Active visitors may finish; an operator decides.
 */
export const startInvariantMonitor = (
  { redis, log }: Service,
  metrics: AdmissionMetrics,
  ticker: Pick<Ticker, 'led' | 'failing'>,
  unreadable: UnreadableSales,
): { stop: () => void } => {
  const look = async (saleId: string): Promise<void> => {
    const stats = await readStats.run(redis, saleId, { members: 0 });
    if (stats.outcome === 'no_sale') return;
    const broken = checkStats(stats).filter(({ verdict }) => verdict === 'broken');
    for (const { invariant, title, text } of broken) {
      metrics.violated[invariant]();
      log.write('invariant_broken', { sale: saleId, invariant, reason: `${title}: ${text}` });
    }
    const stock = broken.find(({ invariant }) => invariant === 'I1');
    if (!stock || stats.status !== 'open') return;
    await setStatus.run(redis, saleId, { verb: 'pause', why: `the stock does not add up: ${stock.text}`, said: stock.said });
    log.write('sale_stopped', { sale: saleId });
  };
  let looking = false;
  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    const [led, others] = [new Set(ticker.led()), new Set([...ticker.failing(), ...unreadable.ids()])];
    void atMost(atOnce, [...new Set([...led, ...others])], async (saleId) => {
      try {
        unreadable.saw(saleId, await lookUpSale(redis, saleId));
        if (led.has(saleId)) await look(saleId);
      } catch {
        /* Redis may be away: the next check comes in ten seconds. */
      }
    }).finally(() => {
      looking = false;
    });
  }, everyMs);
  return { stop: () => clearInterval(timer) };
};
