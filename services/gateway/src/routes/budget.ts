import { LRUCache } from '@sunbeon/runtime';

export interface BudgetLimits {
  /** Of one gateway, for all who ask. */
  perSecond: number;
  /** Of it, for one address. */
  perAddress: number;
  /** Of it, kept for addresses that did not ask lately: those who ask all the time cannot use up what others need once. */
  keptForOthers: number;
}
export const budgetLimits = {
  /** Who asked within this time asked lately, ms. */
  latelyMs: 10_000,
  /** Addresses remembered; the one that asked longest ago is forgotten. */
  addresses: 10_000,
} as const;

/** What strangers may cost in a second; by the address that limits count by. */
export const createBudget = ({ perSecond, perAddress, keptForOthers }: BudgetLimits, now: () => number) => {
  const askers = new LRUCache<string, { sinceMs: number; lastMs: number; spent: number }>({ max: budgetLimits.addresses });
  let [fromMs, spent] = [-Infinity, 0];
  /** False when it is used up; then nothing is spent. */
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
