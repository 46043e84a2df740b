import type { SaleStatus } from './schemas.ts';

/** Allowed operations in each status of a sale (DESIGN §3). Active visitors may finish in all of them. */
export const saleStates = {
  scheduled: { joins: false, admissions: false },
  open: { joins: true, admissions: true },
  paused: { joins: true, admissions: false },
  closed: { joins: false, admissions: false },
} as const satisfies Record<SaleStatus, { joins: boolean; admissions: boolean }>;
export const saleStatuses = Object.keys(saleStates) as SaleStatus[];

export type SaleVerb = 'open' | 'pause' | 'resume' | 'close';
/** Settings with a time at which a sale changes its status. */
export type SaleClock = 'opensAt' | 'closesAt';

interface Transition {
  from: readonly SaleStatus[];
  to: SaleStatus;
  /** `change` of the `sale` event. */
  change: 'opened' | 'paused' | 'resumed' | 'closed';
}

/** By operators: `set-status.lua`. */
export const operatorTransitions = {
  open: { from: ['scheduled', 'closed'], to: 'open', change: 'opened' },
  pause: { from: ['open'], to: 'paused', change: 'paused' },
  resume: { from: ['paused'], to: 'open', change: 'resumed' },
  close: { from: ['scheduled', 'open', 'paused'], to: 'closed', change: 'closed' },
} as const satisfies Record<SaleVerb, Transition>;
export const saleVerbs = Object.keys(operatorTransitions) as SaleVerb[];

/** By Redis's clock: `status.lua` computes them in each script, `admit.lua` stores them. */
export const clockTransitions = {
  opensAt: { from: ['scheduled'], to: 'open', change: 'opened' },
  closesAt: { from: ['scheduled', 'open', 'paused'], to: 'closed', change: 'closed' },
} as const satisfies Record<SaleClock, Transition>;

const leaves = ({ from }: Transition, status: SaleStatus): boolean => from.includes(status);

/** The status after a verb: the same for a repeated verb, null when the verb is refused (`invalid_transition`). */
export const statusAfter = (verb: SaleVerb, status: SaleStatus): SaleStatus | null => {
  const { to } = operatorTransitions[verb];
  return status === to || leaves(operatorTransitions[verb], status) ? to : null;
};

/** The verbs that change a sale in this status. */
export const verbsOf = (status: SaleStatus): SaleVerb[] => saleVerbs.filter((verb) => leaves(operatorTransitions[verb], status));

/** The setting whose time causes the next change of this status; null when none does. A sale opens before it closes. */
export const nextClockOf = (status: SaleStatus): SaleClock | null =>
  (Object.keys(clockTransitions) as SaleClock[]).find((clock) => leaves(clockTransitions[clock], status)) ?? null;

/** The status at a moment. `opensAt`, `closesAt`: ms, null without one. */
export const statusByClock = (sale: { status: SaleStatus } & Record<SaleClock, number | null>, nowMs: number): SaleStatus => {
  const isDue = (clock: SaleClock): boolean => sale[clock] !== null && nowMs >= sale[clock] && leaves(clockTransitions[clock], sale.status);
  if (isDue('closesAt')) return clockTransitions.closesAt.to;
  return isDue('opensAt') ? clockTransitions.opensAt.to : sale.status;
};
