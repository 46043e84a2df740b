import type { RpcItem, RpcResponse } from '@sunbeon/contracts';
import type { GatewayStats } from './gateway-stats.ts';

const reportLimits = {
  /** How often this process looks whether there is something to say, ms. */
  lookMs: 500,
  /** What has not changed is said again after this, ms: so that one who falls silent is noticed. */
  againMs: 1_000,
} as const;

/**
 * Tells the admission service, which may write Redis, what only this gateway knows of each sale: its open connections and how its
 * estimates did. Totals, so a report that was lost is made good by the next one.
 */
export const startStatsReporter = (
  gateway: string,
  gatewayStats: Pick<GatewayStats, 'all' | 'forget'>,
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
        const { status } = await send({ saleId, report: { gateway, ...stats } });
        // Not noted: said again at the next look. A sale that is no more has nothing to be noted.
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
