import type { SaleStatus } from '@sunbeon/contracts';
import { orderOf, rootOf, rosterOf } from '../fixtures/draw.ts';
import { giveBack } from './model-entrance.ts';
import { statusOf, type Model } from './model.ts';

/** Small, so that a lobby of a few visitors has several pages. */
export const rosterPage = 4;
export const drawPage = 3;
/** A beacon that the test stands in for; times in seconds. */
export const chain = { network: 'stand-in', chain: 'c0', genesis: 1_799_999_990, period: 3 };
export const beaconOf = (round: number) => ({
  randomness: round.toString(16).padStart(64, '0'),
  signature: round.toString(16).padStart(96, 'f'),
});

/** The lobby of a sale, and its draw. */
export interface Draw {
  order: '' | 'random' | 'arrival';
  beacon: '' | 'none' | 'drand';
  /** '' without a lobby. */
  phase: '' | 'ahead' | 'drawing' | 'over';
  /** Hex: what the commitment is of. */
  seed: string | null;
  /** Visitor → ms of the join; 0: left while the order was drawn, or in the line. */
  lobby: Map<string, number>;
  roster: Map<number, string>;
  /** Ms at which the lobby was closed for its draw. */
  closedAt: number;
  frozen: { count: number; root: string; at: number } | null;
  round: { round: number; status: 'pending' | 'verified' | 'unavailable' } | null;
  /** Seqs that are written. */
  written: number;
  size: number;
  pauseAfter: boolean;
  isDrawn: boolean;
}
/** Undefined: as it is. */
export interface LobbyChange {
  lobbyOpensAt?: number | null | undefined;
  lobbyOrder?: 'random' | 'arrival' | undefined;
  drawBeacon?: 'none' | 'drand' | undefined;
  opensAt?: number | null | undefined;
}

export const newDraw = (): Draw => ({
  order: '',
  beacon: '',
  phase: '',
  seed: null,
  lobby: new Map(),
  roster: new Map(),
  closedAt: 0,
  frozen: null,
  round: null,
  written: 0,
  size: 0,
  pauseAfter: false,
  isDrawn: false,
});

/** Visitors of the lobby without a number. */
export const unplaced = ({ draw, queue }: Model): number => {
  const here = [...draw.lobby.values()].filter((at) => at > 0).length;
  return here === 0 ? 0 : here - queue.filter(({ seq }) => seq <= draw.size).length;
};
/** Those before a number that are not in the line yet. */
export const aheadOf = (model: Model, seq: number): number =>
  model.draw.phase === 'drawing' && seq > model.draw.size ? unplaced(model) : 0;

/** Closed by the clock before the lobby got an order; nothing has stored it yet. */
export const isEnding = (model: Model): boolean =>
  statusOf(model) === 'closed' && model.draw.order === 'random' && (model.draw.phase === 'ahead' || model.draw.phase === 'drawing');

export const enterLobby = (model: Model, visitor: string, hadPlace: boolean): string => {
  model.draw.lobby.set(visitor, model.now);
  model.ended.delete(visitor);
  if (!model.numbers.has(visitor)) model.numbers.set(visitor, 0);
  if (hadPlace) model.told.push(`rejoined ${visitor}`);
  return 'joined lobby';
};

export const leaveLobby = (model: Model, visitor: string): boolean => {
  const { draw } = model;
  if (!((draw.lobby.get(visitor) ?? 0) > 0)) return false;
  if (draw.phase === 'drawing') {
    draw.lobby.set(visitor, 0);
    model.left += 1;
  } else draw.lobby.delete(visitor);
  model.ended.set(visitor, 'left');
  giveBack(model, visitor);
  model.told.push(`left ${visitor}`);
  return true;
};

const changes = { lobby: 'lobby_opened', drawing: 'lobby_closed', open: 'opened', paused: 'paused', closed: 'closed', scheduled: '' };

/** The one change of a sale's status. */
export const move = (model: Model, to: SaleStatus, change: string = changes[to]): void => {
  const { draw } = model;
  model.version += 1;
  let more = '';
  if (to === 'drawing' && draw.phase === 'ahead') {
    draw.phase = 'drawing';
    draw.closedAt = model.now;
    draw.size = model.seq = draw.lobby.size;
    more = ` lobby ${draw.size}`;
  } else if ((draw.phase === 'drawing' && to !== 'drawing') || (draw.phase === 'ahead' && (to === 'open' || to === 'closed'))) {
    draw.phase = 'over';
    model.lobby = 'none';
    if (to === 'closed' && draw.order === 'random') {
      more = ` without a draw ${model.seq}`;
      for (const { visitor } of model.queue) model.ended.set(visitor, 'left');
      for (const [visitor, at] of draw.lobby) if (at > 0) model.ended.set(visitor, 'left');
      for (let seq = 1; seq <= model.seq; seq += 1) model.departed.add(seq);
      model.left = model.seq;
      model.queue = [];
      draw.lobby.clear();
      model.entrance.holders.clear();
    }
  }
  model.status = to;
  model.told.push(`${change} ${to} v${model.version}${more}`);
};

/** What the clock has done to a lobby. */
export const settle = (model: Model): void => {
  const { phase } = model.draw;
  const status = statusOf(model);
  if ((phase === 'ahead' || phase === 'drawing') && status !== model.status) move(model, status);
};

/** Why a change is refused; null when it is not. */
export const faultsOfLobby = (
  model: Model,
  status: SaleStatus,
  change: LobbyChange,
  closesAt: number | null | undefined,
): 'draw_fixed' | 'drawing' | 'invalid' | null => {
  const { draw } = model;
  const changed =
    (change.lobbyOpensAt !== undefined && change.lobbyOpensAt !== model.lobbyOpensAt) ||
    (change.lobbyOrder !== undefined && change.lobbyOrder !== draw.order) ||
    (change.drawBeacon !== undefined && change.drawBeacon !== draw.beacon);
  if (changed && status !== 'scheduled') return 'draw_fixed';
  if (change.opensAt !== undefined && status === 'drawing') return 'drawing';
  const opensAt = change.opensAt === undefined ? model.opensAt : change.opensAt;
  const closes = closesAt === undefined ? model.closesAt : closesAt;
  // Times that contradict each other are refused when one of them is new.
  const isNew = typeof change.opensAt === 'number' || typeof closesAt === 'number';
  if (isNew && opensAt !== null && closes !== null && opensAt >= closes) return 'invalid';
  const asks = change.lobbyOpensAt !== undefined || change.lobbyOrder !== undefined || change.drawBeacon !== undefined;
  if (draw.phase !== 'ahead' && !asks) return null;
  const lobbyOpensAt = change.lobbyOpensAt === undefined ? model.lobbyOpensAt : change.lobbyOpensAt;
  if (lobbyOpensAt === null) return change.lobbyOrder !== undefined || change.drawBeacon !== undefined ? 'invalid' : null;
  if (opensAt === null || lobbyOpensAt >= opensAt) return 'invalid';
  return (change.lobbyOrder ?? draw.order) === 'arrival' && (change.drawBeacon ?? draw.beacon) === 'drand' ? 'invalid' : null;
};

/** `seed`: a fresh one, kept if the sale has none. */
export const setLobby = (model: Model, { lobbyOpensAt, lobbyOrder, drawBeacon, opensAt }: LobbyChange, seed: string): void => {
  const { draw } = model;
  if (opensAt !== undefined) model.opensAt = opensAt;
  if (lobbyOrder !== undefined) draw.order = lobbyOrder;
  if (drawBeacon !== undefined) draw.beacon = drawBeacon;
  if (lobbyOpensAt !== undefined) {
    model.lobbyOpensAt = lobbyOpensAt;
    draw.phase = lobbyOpensAt === null ? '' : 'ahead';
    if (lobbyOpensAt === null) Object.assign(draw, { order: '', beacon: '' });
    else Object.assign(draw, { order: draw.order || 'random', beacon: draw.beacon || 'none' });
  }
  if (draw.phase !== 'ahead') {
    if (draw.phase === '') model.lobby = 'none';
    return;
  }
  model.lobby = draw.order || 'none';
  if (draw.order === 'random') draw.seed ??= seed;
};

// The steps of a draw. Each says what its script answers.

/** What every leader computes: entries and order of those who were in the lobby when it was closed. */
export const rosterOfModel = (model: Model, saleId: string, generation: number): Buffer[] =>
  rosterOf(saleId, generation, [...model.draw.lobby.keys()]);
export const rootOfModel = (model: Model, saleId: string, generation: number): string =>
  rootOf(rosterOfModel(model, saleId, generation)).toString('hex');
export const orderOfModel = ({ draw }: Model, saleId: string, generation: number): string[] =>
  orderOf(
    saleId,
    generation,
    [...draw.lobby.keys()],
    draw.seed!,
    draw.round?.status === 'verified' ? beaconOf(draw.round.round).randomness : '',
  );

export const drawing = (model: Model, epoch: number): 'over' | 'fenced' | null =>
  model.draw.phase !== 'drawing' || statusOf(model) !== 'drawing' ? 'over' : epoch === model.epoch ? null : 'fenced';

export const writeRoster = (model: Model, epoch: number, page: number, entries: string): string => {
  const why = drawing(model, epoch);
  if (why) return why;
  if (!model.draw.frozen) model.draw.roster.set(page, entries);
  return 'written';
};

export const freeze = (model: Model, epoch: number, count: number, root: string): string => {
  const { draw } = model;
  const why = drawing(model, epoch);
  if (why) return why;
  if (draw.frozen) return draw.frozen.root === root ? 'frozen' : 'another';
  if (count !== draw.lobby.size) return 'another';
  // Never before the lobby was closed, though the clock may have been set back.
  const at = Math.max(model.now, draw.closedAt);
  draw.frozen = { count, root, at };
  if (draw.beacon === 'drand') {
    // The first round whose time is later than 3 s from now.
    let round = 1;
    while ((chain.genesis + (round - 1) * chain.period) * 1_000 <= at + 3_000) round += 1;
    draw.round = { round, status: 'pending' };
  }
  model.told.push(`frozen ${count} ${root} at ${at}${draw.round ? ` round ${draw.round.round}` : ''}`);
  return 'frozen';
};

export const settleBeacon = (model: Model, epoch: number, round: number, found: boolean): string => {
  const why = drawing(model, epoch);
  if (why) return why;
  const known = model.draw.round;
  if (known?.round !== round) return 'another';
  if (known.status !== 'pending') return 'settled';
  known.status = found ? 'verified' : 'unavailable';
  model.told.push(`beacon ${round} ${known.status} ${found ? beaconOf(round).randomness : ''}`);
  return 'settled';
};

export const writeDrawn = (model: Model, epoch: number, from: number, visitors: readonly string[], isLast: boolean): string => {
  const { draw } = model;
  const why = drawing(model, epoch);
  if (why) return why;
  if (from <= draw.written) return 'written';
  const through = draw.written + visitors.length;
  if (!draw.frozen || draw.round?.status === 'pending' || from !== draw.written + 1 || isLast !== (through === draw.frozen.count))
    return 'another';
  const left: number[] = [];
  visitors.forEach((visitor, i) => {
    const seq = from + i;
    if (draw.lobby.get(visitor) === 0) {
      model.departed.add(seq);
      left.push(seq);
    } else model.queue.push({ visitor, seq });
  });
  model.queue.sort((a, b) => a.seq - b.seq);
  draw.written = through;
  model.told.push(`drawn ${from} ${visitors.join()} left ${left.join()}${isLast ? ` seed ${draw.seed}` : ''}`);
  if (isLast) {
    draw.isDrawn = true;
    draw.lobby.clear();
    move(model, draw.pauseAfter ? 'paused' : 'open');
    draw.pauseAfter = false;
  }
  return 'written';
};
