import { limits, saleStates, statusAfter, statusByClock, type Lobby, type SaleStatus, type SaleVerb } from '@sunbeon/contracts';
import {
  aheadOf,
  faultsOfLobby,
  isEnding,
  leaveLobby,
  move,
  newDraw,
  setLobby,
  settle,
  type Draw,
  type LobbyChange,
} from './model-lobby.ts';
import { giveBack, newEntrance, type EntranceState } from './model-entrance.ts';

/** Reference model of a sale: maps and arrays, sequential, unoptimised. The real scripts are compared with it after every step. */
export interface Model {
  now: number;
  /** The longest windows this sale ever gave, seconds. */
  longest: { stay: number; hold: number };
  status: SaleStatus;
  version: number;
  /** That of `sale-status.ts`: `none` once the sale has opened or ended. */
  lobby: Lobby;
  draw: Draw;
  entrance: EntranceState;
  /** Events of the sale and of its draw, as text. */
  told: string[];
  lobbyOpensAt: number | null;
  opensAt: number | null;
  closesAt: number | null;
  settings: {
    admitPerSecond: number;
    activeLimit: number;
    claimSeconds: number;
    sessionSeconds: number;
    holdSeconds: number;
    perVisitorLimit: number;
  };
  seq: number;
  /** Visitors with an earlier place, and a token. */
  known: Set<string>;
  /** Places given to them. */
  rejoined: number;
  queue: { visitor: string; seq: number }[];
  /** Seqs given up, and how often one was. */
  departed: Set<number>;
  left: number;
  frontier: number;
  active: Map<string, { deadline: number; claimed: boolean; hold: string | null }>;
  ended: Map<string, 'left' | 'claim_missed' | 'session_over' | 'completed purchased' | 'completed abandoned'>;
  kind: 'shop' | 'gate';
  confirmBy: 'visitor' | 'shop';
  /** Holds that the shop confirmed → whose they were. */
  confirmedByShop: Map<string, string>;
  /** Holds that were released, not at the end of their time → whose they were, and whether the shop did it. */
  released: Map<string, { visitor: string; byShop: boolean }>;
  passes: Map<string, Pass>;
  /** Visitor → pass of the stay of now. */
  stays: Map<string, string>;
  completed: number;
  abandoned: number;
  /** The number of each visitor's first token: the state of a place must not depend on which token asks. */
  numbers: Map<string, number>;
  stock: { total: number; left: number; held: number; sold: number };
  holds: Map<string, { visitor: string; quantity: number; expires: number }>;
  purchases: Map<string, { visitor: string; quantity: number; cancelled?: { restock: boolean }; checkedIn?: { key: number | null } }>;
  bought: Map<string, number>;
  /** visitor|key → request and answer. */
  answers: Map<string, { asked: string; word: string; id: string }>;
  /** Refusals kept of one window of a stay. */
  refusals: Map<string, { deadline: number; count: number }>;
  holdCount: Map<string, { deadline: number; count: number }>;
  stockKeys: Map<string, number>;
  leader: string | null;
  epoch: number;
  tokens: number;
  refilledAt: number;
}

/** A stay that goes to the shop. Seconds: `exp`, `iat`. */
export interface Pass {
  visitor: string;
  tickets: number;
  ticket: { id: string; at: number } | null;
  redeemed: Map<string, { at: number; key: string; exp: number; iat: number }>;
  live: boolean;
  exp: number;
  extensions: number;
  extended: Map<string, { exp: number; iat: number }>;
  completed: { at: number; outcome: 'purchased' | 'abandoned' } | null;
}

export const newModel = (
  now: number,
  stock: number,
  settings: Model['settings'],
  { kind, confirmBy }: Pick<Model, 'kind' | 'confirmBy'> = { kind: 'shop', confirmBy: 'visitor' },
): Model => ({
  now,
  longest: { stay: Math.max(settings.claimSeconds, settings.sessionSeconds), hold: settings.holdSeconds },
  status: 'open',
  version: 1,
  lobby: 'none',
  draw: newDraw(),
  entrance: newEntrance(),
  told: [],
  lobbyOpensAt: null,
  opensAt: null,
  closesAt: null,
  settings,
  seq: 0,
  known: new Set(),
  rejoined: 0,
  queue: [],
  departed: new Set(),
  left: 0,
  frontier: 0,
  active: new Map(),
  ended: new Map(),
  kind,
  confirmBy,
  confirmedByShop: new Map(),
  released: new Map(),
  passes: new Map(),
  stays: new Map(),
  completed: 0,
  abandoned: 0,
  numbers: new Map(),
  stock: { total: stock, left: stock, held: 0, sold: 0 },
  holds: new Map(),
  purchases: new Map(),
  bought: new Map(),
  answers: new Map(),
  refusals: new Map(),
  holdCount: new Map(),
  stockKeys: new Map(),
  leader: null,
  epoch: 0,
  tokens: 0,
  refilledAt: now,
});

export const statusOf = (model: Model): SaleStatus => statusByClock(model, model.now);

export const release = (model: Model, id: string): void => {
  const { quantity } = model.holds.get(id)!;
  model.holds.delete(id);
  model.stock.held -= quantity;
  model.stock.left += quantity;
};

/** The stay is over, and its ticket with it. */
export const closePass = (model: Model, visitor: string, done: Pass['completed'] = null): void => {
  const pass = model.passes.get(model.stays.get(visitor) ?? '');
  model.stays.delete(visitor);
  if (pass) Object.assign(pass, { ticket: null, completed: done });
};

export const expireOne = (model: Model, visitor: string): 'claim_missed' | 'session_over' => {
  const stay = model.active.get(visitor)!;
  if (stay.hold) release(model, stay.hold);
  model.active.delete(visitor);
  closePass(model, visitor);
  giveBack(model, visitor);
  const reason = stay.claimed ? 'session_over' : 'claim_missed';
  model.ended.set(visitor, reason);
  return reason;
};

export const waiting = (model: Model, rank: number): string => {
  const { seq } = model.queue[rank]!;
  return `waiting ${seq} ${rank + 1 + aheadOf(model, seq)}`;
};

/** A token without a number is one of the lobby: its place was given up, when nothing else is known of the visitor. */
const provesLobby = (model: Model, visitor: string): boolean =>
  model.draw.phase !== '' && !model.ended.has(visitor) && (model.numbers.get(visitor) ?? 0) === 0;

export const leave = (model: Model, visitor: string): string => {
  settle(model);
  const rank = model.queue.findIndex((place) => place.visitor === visitor);
  if (rank < 0 && leaveLobby(model, visitor)) return 'left lobby';
  if (rank >= 0) {
    if (model.draw.phase === 'drawing' && model.draw.lobby.has(visitor)) model.draw.lobby.set(visitor, 0);
    model.departed.add(model.queue[rank]!.seq);
    model.queue.splice(rank, 1);
    model.left += 1;
  }
  const stay = rank < 0 ? model.active.get(visitor) : undefined;
  if (stay && model.passes.get(model.stays.get(visitor) ?? '')?.live) return 'pass_is_live';
  if (stay?.hold && model.confirmBy === 'shop' && model.holds.get(stay.hold)!.expires > model.now) return 'confirm_by_shop';
  if (stay) closePass(model, visitor);
  if (stay?.hold) release(model, stay.hold);
  model.active.delete(visitor);
  const known = model.ended.get(visitor) === 'left' || (provesLobby(model, visitor) && !model.bought.has(visitor));
  if (rank < 0 && !stay) return known ? 'already_left' : 'absent';
  model.ended.set(visitor, 'left');
  giveBack(model, visitor);
  return `left ${stay ? 'active' : 'queue'}`;
};

export const places = (model: Model, visitors: readonly string[]): string[] =>
  visitors.map((visitor) => {
    const rank = model.queue.findIndex((place) => place.visitor === visitor);
    const isInLobby = (model.draw.lobby.get(visitor) ?? 0) > 0;
    if (isEnding(model) && (rank >= 0 || isInLobby)) return 'left';
    if (rank >= 0) return waiting(model, rank);
    if (isInLobby) return 'lobby';
    const stay = model.active.get(visitor);
    if (stay) return stay.deadline > model.now ? `admitted ${stay.deadline} ${stay.claimed}` : 'expired';
    const ended = model.ended.get(visitor);
    if (ended) return ended === 'left' || ended.startsWith('completed') ? ended : 'expired';
    if (model.bought.has(visitor)) return 'purchased';
    return provesLobby(model, visitor) ? 'left' : 'absent';
  });

export const lead = (model: Model, instance: string): string => {
  const needsNoLeader = model.status === statusOf(model) && model.active.size === 0 && model.holds.size === 0;
  if (needsNoLeader && model.status === 'closed') return 'idle';
  if (needsNoLeader && model.status === 'scheduled') return 'scheduled';
  if (model.leader !== null && model.leader !== instance) return 'follower';
  if (model.leader === null) {
    model.leader = instance;
    model.epoch += 1;
  }
  return `leader ${model.epoch}`;
};

export const byDeadline = <T extends { deadline: number }>(entries: Iterable<[string, T]>): [string, T][] =>
  [...entries].sort(([a, x], [b, y]) => x.deadline - y.deadline || (a < b ? -1 : 1));

/** Deadlines that a clock which went back left too far ahead come down to the longest window, the furthest first. */
const clamp = <T>(
  entries: Iterable<[string, T]>,
  deadlineOf: (entry: T) => number,
  latest: number,
  cap: number,
  set: (entry: T) => void,
): void => {
  const ahead = [...entries]
    .filter(([, entry]) => deadlineOf(entry) > latest)
    .sort(([a, x], [b, y]) => deadlineOf(y) - deadlineOf(x) || (a < b ? 1 : -1));
  for (const [, entry] of ahead.slice(0, cap)) set(entry);
};
export const clampHolds = (model: Model, cap: number): void => {
  const latest = model.now + model.longest.hold * 1_000;
  clamp(
    model.holds,
    ({ expires }) => expires,
    latest,
    cap,
    (hold) => {
      hold.expires = latest;
    },
  );
};

export const expire = (model: Model, cap: number): string => {
  const latest = model.now + model.longest.stay * 1_000;
  clamp(
    model.active,
    ({ deadline }) => deadline,
    latest,
    cap,
    (stay) => {
      stay.deadline = latest;
    },
  );
  const over = byDeadline(model.active)
    .filter(([, { deadline }]) => deadline <= model.now)
    .slice(0, cap);
  const reasons = over.map(([visitor]) => expireOne(model, visitor));
  return `${reasons.filter((reason) => reason === 'claim_missed').length} ${reasons.filter((reason) => reason === 'session_over').length}`;
};

/** The bucket at `now`: at most a second's worth (one visitor at least), what a late tick missed up to 3 s, and the unspent fraction. */
const refilled = (model: Model, rate: number): number => {
  const elapsed = Math.max(0, Math.min(limits.refillMs, model.now - model.refilledAt)) / 1_000;
  const carry = model.tokens < 1 ? model.tokens : 0;
  return Math.min(model.tokens + rate * elapsed, Math.max(1, rate) + rate * Math.max(0, elapsed - limits.tickMs / 1_000) + carry);
};
const kept = (tokens: number): number => Number(tokens.toFixed(9));

export const admit = (model: Model, epoch: number, cap: number, isFirstBatch: boolean): string => {
  const first = isFirstBatch || model.now - model.refilledAt > limits.tickMs;
  if (epoch !== model.epoch) return `fenced ${model.epoch}`;
  const status = statusOf(model);
  if (status !== model.status) move(model, status);
  const tokens = first ? refilled(model, model.settings.admitPerSecond) : model.tokens;
  const room = Math.min(
    tokens + 1e-6,
    model.settings.activeLimit - model.active.size,
    model.kind === 'gate' ? Infinity : model.stock.left,
    model.queue.length,
    cap,
  );
  const admitted = saleStates[status].admissions ? model.queue.splice(0, Math.max(0, Math.floor(room))) : [];
  for (const { visitor, seq } of admitted) {
    model.active.set(visitor, { deadline: model.now + model.settings.claimSeconds * 1_000, claimed: false, hold: null });
    model.frontier = seq;
  }
  model.tokens = kept(Math.max(0, tokens - admitted.length));
  if (first) model.refilledAt = model.now;
  return `admitted ${admitted.length} ${model.queue.length} ${model.active.size} ${status}`;
};

export const claim = (model: Model, visitors: readonly string[]): string[] =>
  visitors.map((visitor) => {
    const stay = model.active.get(visitor);
    if (!stay || stay.deadline <= model.now) return 'not_admitted';
    if (stay.claimed) return `already ${stay.deadline}`;
    stay.claimed = true;
    stay.deadline = model.now + model.settings.sessionSeconds * 1_000;
    return `claimed ${stay.deadline}`;
  });

export const addStock = (model: Model, add: number, key: string | null): string => {
  if (model.kind === 'gate') return 'sale_is_gate';
  const past = key === null ? undefined : model.stockKeys.get(key);
  if (past !== undefined) return past === add ? 'replayed' : 'idempotency_conflict';
  if (model.stock.left + add < 0) return 'insufficient_stock';
  model.stock.total += add;
  model.stock.left += add;
  model.version += 1;
  model.told.push(`stock_${add < 0 ? 'removed' : 'added'} ${statusOf(model)} v${model.version}`);
  if (key !== null) model.stockKeys.set(key, add);
  return 'added';
};

export const changeSale = (
  model: Model,
  expected: number | null,
  {
    closesAt,
    lobbyOpensAt,
    lobbyOrder,
    drawBeacon,
    opensAt,
    ...change
  }: Partial<Model['settings']> & LobbyChange & { closesAt?: number | null },
  seed: string,
): string => {
  const lobby: LobbyChange = { lobbyOpensAt, lobbyOrder, drawBeacon, opensAt };
  if (expected !== null && expected !== model.version) return `conflict ${model.version}`;
  const status = statusOf(model);
  const refused = faultsOfLobby(model, status, lobby, closesAt);
  if (refused === 'draw_fixed' || refused === 'drawing') return `${refused} ${model.version}`;
  if (refused || (model.kind === 'gate' && (change.perVisitorLimit !== undefined || change.holdSeconds !== undefined)))
    return `invalid ${model.version}`;
  settle(model);
  const rate = change.admitPerSecond;
  if (rate !== undefined && rate !== model.settings.admitPerSecond) {
    model.tokens = kept(Math.min(refilled(model, model.settings.admitPerSecond), Math.max(1, rate)));
    model.refilledAt = model.now;
  }
  model.status = status;
  model.settings = { ...model.settings, ...change };
  model.longest = {
    stay: Math.max(model.longest.stay, model.settings.claimSeconds, model.settings.sessionSeconds),
    hold: Math.max(model.longest.hold, model.settings.holdSeconds),
  };
  if (closesAt !== undefined) model.closesAt = closesAt;
  setLobby(model, lobby, seed);
  model.version += 1;
  model.told.push(`changed ${status} v${model.version}`);
  return `changed ${model.version}`;
};

const past = { open: 'opened', pause: 'paused', resume: 'resumed', close: 'closed' } as const satisfies Record<SaleVerb, string>;
export const setStatus = (model: Model, verb: SaleVerb): string => {
  settle(model);
  const from = statusOf(model);
  const to = statusAfter(verb, { ...model, status: from }, model.now);
  if (!to) return `invalid ${from}`;
  const pauses = to === 'drawing' && verb === 'pause';
  if (to === from && model.status === to && (to !== 'drawing' || model.draw.pauseAfter === pauses)) return `unchanged ${to}`;
  if (verb === 'open' && model.draw.phase === 'ahead') model.opensAt = model.now;
  move(model, to, to === 'drawing' && from !== 'drawing' ? undefined : past[verb]);
  model.draw.pauseAfter = pauses;
  if (to === 'open' && model.closesAt !== null && model.closesAt <= model.now) model.closesAt = null;
  return `changed ${to}`;
};
