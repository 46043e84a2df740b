import { defineScript, type NoSale } from '@sunbeon/runtime';

/** `changes`: those that left the plan. */
export type RunPlannedOutcome = { outcome: 'done'; changes: number } | { outcome: 'fenced'; epoch: number } | NoSale;

/** Does planned changes that are due, for the leader of `epoch`. */
export const runPlanned = defineScript<number, RunPlannedOutcome>({
  name: 'admission/run-planned',
  url: new URL('./run-planned.lua', import.meta.url),
  keys: ['sale', 'flow', 'events', 'auditLog', 'queue', 'lobby', 'departed', 'codeUses', 'codeHolders', 'planned'],
  arguments: (epoch) => [epoch],
  decode: (reply) => {
    const [outcome, figure] = reply as [RunPlannedOutcome['outcome'], number];
    if (outcome === 'fenced') return { outcome, epoch: figure };
    return outcome === 'done' ? { outcome, changes: figure } : { outcome };
  },
});
