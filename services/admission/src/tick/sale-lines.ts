import type { SaleStatus } from '@sunbeon/contracts';
import type { Log } from '@sunbeon/runtime';

/**
 * Log lines about the leader of a sale and its status. One instance writes a change of status: the leader, who looks each second, or for a sale without
 * one whoever finds it closed. What changed while nobody led is the `status` of `leader_acquired`.
 */
export const createSaleLines = (log: Pick<Log, 'write'>) => {
  const seen = new Map<string, SaleStatus>();
  const saw = (saleId: string, status: SaleStatus): void => {
    const from = seen.get(saleId);
    seen.set(saleId, status);
    if (from !== undefined && from !== status) log.write('sale_status_changed', { sale: saleId, from, status });
  };
  return {
    acquired: (saleId: string, epoch: number, status: SaleStatus): void => log.write('leader_acquired', { sale: saleId, epoch, status }),
    saw,
    /** Waits for a time. A sale is never scheduled again: one that was further is a closed rehearsal, which waits for its deletion. */
    waits: (saleId: string): void => saw(saleId, (seen.get(saleId) ?? 'scheduled') === 'scheduled' ? 'scheduled' : 'closed'),
    /** Another instance, or none, leads from now on, and tells what becomes of the sale. */
    lost: (saleId: string, reason: string): void => {
      seen.delete(saleId);
      log.write('leader_lost', { sale: saleId, reason });
    },
    /** Somebody else leads. */
    follows: (saleId: string): void => void seen.delete(saleId),
    /** Closed, or deleted, which only a closed sale is. */
    ended: (saleId: string, isTold: boolean): void => {
      if (isTold) saw(saleId, 'closed');
      seen.delete(saleId);
    },
  };
};
