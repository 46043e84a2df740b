import { limits, type SaleStatus } from '@sunbeon/contracts';
import type { RedisClient } from '@sunbeon/runtime';
import { admit } from '../scripts/admit.ts';
import { deleteSale } from '../scripts/delete-sale.ts';
import { expire } from '../scripts/expire.ts';
import { lead } from '../scripts/lead.ts';
import { runPlanned, type PlannedFate } from '../scripts/run-planned.ts';

export type TickResult =
  | { role: 'no_sale' | 'idle' | 'fenced' }
  | { role: 'scheduled'; nextInMs: number | null }
  | { role: 'follower'; leaseLeftMs: number }
  | {
      role: 'leader';
      epoch: number;
      status: SaleStatus;
      admitted: number;
      waiting: number;
      active: number;
      bucket: number;
    };

export type OnPlanned = (fate: PlannedFate) => void;

/** Ends overdue stays, in bounded steps, so that this tick can admit visitors to their slots. */
const sweep = async (redis: RedisClient, saleId: string): Promise<void> => {
  for (let batch = 0; batch < limits.expireBatchesPerTick; batch += 1) {
    const { claimMissed, sessionOver } = await expire.run(redis, saleId, limits.expireBatchItems);
    if (claimMissed + sessionOver < limits.expireBatchItems) return;
  }
};

/** Does what is due, all of it: a plan is bounded. An old leader does nothing. */
const changeAsPlanned = async (redis: RedisClient, saleId: string, epoch: number, onPlanned: OnPlanned): Promise<void> => {
  for (;;) {
    const run = await runPlanned.run(redis, saleId, epoch);
    if (run.outcome !== 'done') return;
    for (const fate of run.changes) onPlanned(fate);
    if (run.changes.length < limits.plannedPerCall) return;
  }
};

/**
 * One tick of one sale:  lead → (a rehearsal whose time is over) delete, or lead → (leader) planned changes that are due → expire → admit until bucket,
 * slots, stock or line is exhausted.
 * May crash between any two steps, or run twice: each step is atomic, and an old leader is fenced.
 */
export const tickSale = async (
  redis: RedisClient,
  saleId: string,
  instance: string,
  onPlanned: OnPlanned = () => {},
): Promise<TickResult> => {
  const leadership = await lead.run(redis, saleId, instance);
  if (leadership.role === 'over') {
    await deleteSale.run(redis, saleId, {});
    return { role: 'no_sale' };
  }
  if (leadership.role !== 'leader') return leadership;
  const { epoch } = leadership;
  if (leadership.isPlannedDue) await changeAsPlanned(redis, saleId, epoch, onPlanned);
  await sweep(redis, saleId);
  let admitted = 0;
  for (let batch = 0; ; batch += 1) {
    const outcome = await admit.run(redis, saleId, { epoch, cap: limits.admitBatchVisitors, isFirstBatch: batch === 0 });
    if (outcome.outcome !== 'admitted') return { role: outcome.outcome };
    admitted += outcome.admitted;
    if (outcome.admitted < limits.admitBatchVisitors || batch + 1 === limits.admitBatchesPerTick) {
      return { role: 'leader', ...outcome, epoch, admitted };
    }
  }
};
