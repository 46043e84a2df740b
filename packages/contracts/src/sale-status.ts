import type { SaleStatus } from './schema-parts.ts';

/** Allowed operations in each status of a sale (DESIGN §3). Active visitors may finish in all of them. */
export const saleStates = {
  scheduled: { joins: false, admissions: false },
  lobby: { joins: true, admissions: false },
  drawing: { joins: true, admissions: false },
  open: { joins: true, admissions: true },
  paused: { joins: true, admissions: false },
  closed: { joins: false, admissions: false },
} as const satisfies Record<SaleStatus, { joins: boolean; admissions: boolean }>;
export const saleStatuses = Object.keys(saleStates) as SaleStatus[];

export type SaleVerb = 'open' | 'pause' | 'resume' | 'close';
/** Settings with a time at which a sale changes its status. */
export type SaleClock = 'lobbyOpensAt' | 'opensAt' | 'closesAt';

/** `change` of the `sale` event. */
type Change = 'lobby_opened' | 'lobby_closed' | 'opened' | 'paused' | 'resumed' | 'closed';
interface Transition {
  from: readonly SaleStatus[];
  /** Of a sale whose lobby is not drawn yet: see `openingOf`. */
  to: SaleStatus;
  change: Change;
}

/** What a sale opens into: with a lobby in random order, the drawing comes first. */
export type Lobby = 'none' | 'random' | 'arrival';
/** `lobby`: that of the sale until it opens or ends; `none` afterwards. */
export const openingOf = (lobby: Lobby): 'drawing' | 'open' => (lobby === 'random' ? 'drawing' : 'open');

/** By operators: `set-status.lua`. A pause of a drawing takes effect after it, and a resumption of it takes the pause back. */
export const operatorTransitions = {
  open: { from: ['scheduled', 'lobby', 'closed'], to: 'open', change: 'opened' },
  pause: { from: ['lobby', 'open'], to: 'paused', change: 'paused' },
  resume: { from: ['paused'], to: 'open', change: 'resumed' },
  close: { from: ['scheduled', 'lobby', 'drawing', 'open', 'paused'], to: 'closed', change: 'closed' },
} as const satisfies Record<SaleVerb, Transition>;
export const saleVerbs = Object.keys(operatorTransitions) as SaleVerb[];

/** By Redis's clock: `status.lua` computes them in each script, `move.lua` stores them. */
export const clockTransitions = {
  lobbyOpensAt: { from: ['scheduled'], to: 'lobby', change: 'lobby_opened' },
  opensAt: { from: ['scheduled', 'lobby'], to: 'open', change: 'opened' },
  closesAt: { from: ['scheduled', 'lobby', 'drawing', 'open', 'paused'], to: 'closed', change: 'closed' },
} as const satisfies Record<SaleClock, Transition>;

const leaves = ({ from }: Transition, status: SaleStatus): boolean => from.includes(status);

/** What a verb and the clock need to know of a sale. `opensAt`: ms, null without one. */
export interface SaleTimes {
  status: SaleStatus;
  lobby: Lobby;
  lobbyOpensAt: number | null;
  opensAt: number | null;
  closesAt: number | null;
}

/** The status after a verb at a moment: the same for a repeated verb, null when the verb is refused (`invalid_transition`). `sale.status`: by the clock. */
export const statusAfter = (verb: SaleVerb, { status, lobby, opensAt }: SaleTimes, nowMs: number): SaleStatus | null => {
  const transition = operatorTransitions[verb];
  const isAhead = lobby !== 'none';
  if (status === 'drawing') return verb === 'pause' || verb === 'resume' ? 'drawing' : verb === 'close' ? 'closed' : null;
  if (verb === 'resume' && isAhead && status === 'lobby') return 'lobby';
  if (status === transition.to) return status;
  if (!leaves(transition, status)) return null;
  if (!isAhead || status === 'closed') return transition.to;
  if (verb === 'open') return openingOf(lobby);
  if (verb === 'resume') return opensAt !== null && nowMs >= opensAt ? openingOf(lobby) : 'lobby';
  return transition.to;
};

/** The verbs that an operator may need in this status. */
export const verbsOf = (status: SaleStatus): SaleVerb[] =>
  saleVerbs.filter((verb) => leaves(operatorTransitions[verb], status) || (status === 'drawing' && verb === 'pause'));

/** The setting whose time causes the next change of a sale; null when none does. A lobby opens before the sale, and that before it closes. */
export const nextClockOf = (status: SaleStatus, hasLobby = false): SaleClock | null =>
  (Object.keys(clockTransitions) as SaleClock[]).find(
    (clock) => (clock !== 'lobbyOpensAt' || hasLobby) && leaves(clockTransitions[clock], status),
  ) ?? null;

/** The status at a moment. */
export const statusByClock = (sale: SaleTimes, nowMs: number): SaleStatus => {
  const isDue = (clock: SaleClock): boolean => sale[clock] !== null && nowMs >= sale[clock] && leaves(clockTransitions[clock], sale.status);
  if (isDue('closesAt')) return clockTransitions.closesAt.to;
  if (isDue('opensAt')) return openingOf(sale.lobby);
  return sale.lobby !== 'none' && isDue('lobbyOpensAt') ? 'lobby' : sale.status;
};
