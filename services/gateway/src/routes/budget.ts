import { LRUCache } from '@sunbeon/runtime';

export interface BudgetLimits {
  /** Per second, of one gateway, for all addresses. */
  perSecond: number;
  /** Of it, per address. */
  perAddress: number;
  /** Of it, reserved for addresses without a recent request: frequent callers cannot exhaust it. */
  keptForOthers: number;
}
export const budgetLimits = {
  /** Age up to which a request is recent, ms. */
  latelyMs: 10_000,
  /** Addresses remembered; the least recent is evicted. */
  addresses: 10_000,
} as const;

/** Budget per second of unauthenticated requests that cost a read; by the address that limits count by. */
export const createBudget = ({ perSecond, perAddress, keptForOthers }: BudgetLimits, now: () => number) => {
  const askers = new LRUCache<string, { sinceMs: number; lastMs: number; spent: number }>({ max: budgetLimits.addresses });
  let [fromMs, spent] = [-Infinity, 0];
  /** False when it is exhausted; then nothing is spent. */
  return (address: string, cost: number): boolean => {
    const at = now();
    if (at - fromMs >= 1_000) [fromMs, spent] = [at, 0];
    const asker = askers.get(address);
    const mine = asker && asker.sinceMs === fromMs ? asker.spent : 0;
    const isNew = !asker || at - asker.lastMs >= budgetLimits.latelyMs;
    if (mine + cost > perAddress || spent + cost > perSecond - (isNew ? 0 : keptForOthers)) return false;
    spent += cost;
    askers.set(address, { sinceMs: fromMs, lastMs: at, spent: mine + cost });
    return true;
  };
};
