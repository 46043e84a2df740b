import type { RpcItem, RpcResponse } from '@sunbeon/contracts';
import type { GatewayStats } from './gateway-stats.ts';

const reportLimits = {
  /** Interval at which changed stats are reported, ms. */
  lookMs: 500,
  /** Interval at which unchanged stats are reported, ms, so that a silent gateway is detected. */
  againMs: 1_000,
} as const;

/**
 * Sends the gateway's stats of each sale (open connections, errors of estimates) to the admission service, which may write
 * to Redis. Totals, so that the next report replaces a lost one. `refused`: refusals of this gateway in the last minute; they go with each report, and a
 * change of them brings no report before its time: a flood of refusals must not become one of reports.
 */
export const startStatsReporter = (
  gateway: string,
  gatewayStats: Pick<GatewayStats, 'all' | 'forget'>,
  refused: () => number,
  send: (item: RpcItem) => Promise<RpcResponse>,
): { stop: () => void } => {
  const said = new Map<string, { text: string; atMs: number }>();
  let sending = false;

  const look = async (): Promise<void> => {
    const now = performance.now();
    const due = [...gatewayStats.all()].filter(([saleId, { browsers, estimates, errorSeconds }]) => {
      const text = `${browsers} ${estimates} ${errorSeconds}`;
      const last = said.get(saleId);
      if (last?.text === text && (browsers === 0 || now - last.atMs < reportLimits.againMs)) return false;
      said.set(saleId, { text, atMs: now });
      return true;
    });
    await Promise.all(
      due.map(async ([saleId, stats]) => {
        const { status } = await send({ saleId, report: { gateway, ...stats, refused: refused() } });
        // Failed: reported again at the next interval. A deleted sale needs no report.
        if (status !== 200) said.delete(saleId);
        if (status === 404) gatewayStats.forget(saleId);
      }),
    );
  };
  const timer = setInterval(() => {
    if (sending) return;
    sending = true;
    look()
      .catch(() => {})
      .finally(() => {
        sending = false;
      });
  }, reportLimits.lookMs).unref();
  return { stop: () => clearInterval(timer) };
};
