import { defineScript, type NoSale } from '@sunbeon/runtime';

export type PlannedFate = 'made' | 'late' | 'skipped';
/** `changes`: one for each that left the plan, in order. */
export type RunPlannedOutcome = { outcome: 'done'; changes: PlannedFate[] } | { outcome: 'fenced'; epoch: number } | NoSale;

/** Does planned changes that are due, for the leader of `epoch`. */
export const runPlanned = defineScript<number, RunPlannedOutcome>({
  name: 'admission/run-planned',
  url: new URL('./run-planned.lua', import.meta.url),
  keys: ['sale', 'flow', 'events', 'auditLog', 'queue', 'lobby', 'departed', 'codeUses', 'codeHolders', 'planned'],
  arguments: (epoch) => [epoch],
  decode: (reply) => {
    const [outcome, ...values] = reply as ['done', ...PlannedFate[]] | ['fenced', number] | ['no_sale'];
    if (outcome === 'fenced') return { outcome, epoch: Number(values[0]) };
    return outcome === 'done' ? { outcome, changes: values as PlannedFate[] } : { outcome };
  },
});
