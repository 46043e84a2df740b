import { limits, saleStates } from '@sunbeon/contracts';
import type { Entrance } from '../../services/queue/src/scripts/join.ts';
import { aheadOf, enterLobby, isEnding, settle } from './model-lobby.ts';
import { changeSale, expireOne, statusOf, waiting, type Model } from './model.ts';

/** What a sale asks for at a join. */
export interface Asks {
  identity: 'none' | 'member';
  access: 'open' | 'code';
  proofOfWork: 'off' | 'on' | 'auto';
}
/** The first join with a key. */
export interface FirstJoin {
  visitor: string;
  body: string;
  at: number;
  seq: number;
}
/** The entrance of a sale. Nothing is ever forgotten here, but what the contract says is. */
export interface EntranceState extends Asks {
  /** Of a rush, as the ticks rate it: not a promise, and copied from Redis. */
  level: number;
  /** The last count of the ticks: joins counted until then, its time, and the mean of the calm seconds. Copied, too. */
  counted: { joins: number; at: number; mean: number };
  /** Joins counted for the rating. */
  asked: number;
  /** Ids of challenges. */
  spent: Set<string>;
  keys: Map<string, FirstJoin>;
  /** In the order in which they were made. */
  codes: Map<string, { uses: number; at: number }>;
  /** Codes that were taken back → time of the call that made them, which makes them no more. */
  takenBack: Map<string, number>;
  begun: Map<string, { fingerprint: string; at: number; seed: string }>;
  /** Visitor → code of the use that is theirs; kept: bought at a gate. The uses of a code are those who hold one. */
  holders: Map<string, { code: string; kept: boolean }>;
  transfers: Map<string, { visitor: string; seq: number; until: number }>;
  /** Visitor → ms of the transfers that were made. */
  made: Map<string, number[]>;
  /** Visitor → when these times are forgotten. */
  madeUntil: Map<string, number>;
}
export const newEntrance = (): EntranceState => ({
  identity: 'none',
  access: 'open',
  proofOfWork: 'off',
  level: 0,
  counted: { joins: 0, at: 0, mean: 0 },
  asked: 0,
  spent: new Set(),
  keys: new Map(),
  codes: new Map(),
  takenBack: new Map(),
  begun: new Map(),
  holders: new Map(),
  transfers: new Map(),
  made: new Map(),
  madeUntil: new Map(),
});

/** One who joins. `token`: none, one of this sale (of a visitor with an earlier place), or one of a deleted sale of the same id. */
export interface ModelJoiner {
  visitor: string;
  token: 'none' | 'ours' | 'old';
  shows: Entrance;
}

export const usesOf = ({ holders }: EntranceState, code: string): number =>
  [...holders.values()].filter((holder) => holder.code === code).length;

/** A place ended with nothing bought. */
export const giveBack = (model: Model, visitor: string): void => {
  const { holders } = model.entrance;
  if (!holders.get(visitor)?.kept && !model.bought.has(visitor)) holders.delete(visitor);
};
/** A stay at a gate ended with a purchase. */
export const keepUse = (model: Model, visitor: string): void => {
  const use = model.entrance.holders.get(visitor);
  if (use) use.kept = true;
};

/** Joins that are no rush before the next count of the ticks: what is normal for one or two seconds, less those that came since the last count. */
const calmJoins = ({ entrance, now, settings }: Model): number => {
  const { level, counted, asked, proofOfWork } = entrance;
  if (proofOfWork !== 'auto' || level > 0) return Infinity;
  const normal = Math.max(limits.proofCalmPerSecond, settings.admitPerSecond, 2 * counted.mean);
  return (normal * Math.min(Math.max(now - counted.at, 1_000), 2_000)) / 1_000 - (asked - counted.joins);
};

/** What a newcomer lacks; null: nothing, and what it costs is spent. */
const refusal = (model: Model, generation: string, visitor: string, { shows }: ModelJoiner, calmUntil: number): string | null => {
  const { entrance, now } = model;
  const { identity, access, proofOfWork, spent, holders, codes } = entrance;
  if (shows.limited && identity === 'none' && access === 'open') return 'rate_limited';
  if (identity === 'member' && shows.member === undefined) return shows.memberFault ?? 'member_required';
  if (proofOfWork === 'auto') entrance.asked += 1;
  if (proofOfWork === 'on' || (proofOfWork === 'auto' && (entrance.level > 0 || entrance.asked > calmUntil))) {
    const { proof } = shows;
    if (!proof) return shows.proofFault ? 'proof_invalid' : 'proof_required';
    if (proof.generation !== generation || proof.untilMs <= now || spent.has(proof.id)) return 'proof_invalid';
    spent.add(proof.id);
  }
  if (access === 'code' && !holders.has(visitor)) {
    const code = codes.get(shows.code ?? '');
    if (!code || usesOf(entrance, shows.code!) >= code.uses) return 'code_invalid';
    holders.set(visitor, { code: shows.code!, kept: false });
  }
  return null;
};

/** Where a visitor is; null for one who has no place. */
const placeOf = (model: Model, visitor: string): string | null => {
  const rank = model.queue.findIndex((place) => place.visitor === visitor);
  if (rank >= 0) return waiting(model, rank);
  const stay = model.active.get(visitor);
  if (stay && stay.deadline > model.now) return `admitted ${stay.deadline} ${stay.claimed}`;
  if (stay) expireOne(model, visitor);
  return (model.draw.lobby.get(visitor) ?? 0) > 0 ? 'lobby' : null;
};
const endOf = (model: Model, visitor: string): string => {
  const ended = model.ended.get(visitor);
  if (ended === undefined) return model.bought.has(visitor) ? 'purchased' : 'left';
  return ended === 'left' || ended.startsWith('completed') ? ended : 'expired';
};

/** The first join with a key of the last minute. */
export const firstJoinOf = ({ entrance, now }: Model, key: string | undefined): FirstJoin | null => {
  const first = key === undefined ? undefined : entrance.keys.get(key);
  return first && now - first.at < limits.joinKeyMs ? first : null;
};

/** Answers of those who join together: `<place or refusal> as <visitor>`. */
export const join = (model: Model, generation: string, joiners: readonly ModelJoiner[]): string[] => {
  settle(model);
  const soldOut = model.kind === 'shop' && model.stock.left === 0 && model.stock.held === 0;
  // Tokens shown together were given before: who is named twice has none the second time either.
  const known = new Set(model.known);
  const calmUntil = model.entrance.asked + calmJoins(model);

  const newPlace = (visitor: string, joiner: ModelJoiner): string => {
    if (!saleStates[statusOf(model)].joins) return 'sale_not_open';
    if ((model.bought.get(visitor) ?? 0) >= model.settings.perVisitorLimit) return 'limit_exceeded';
    if (soldOut) return 'sold_out';
    const lacks = refusal(model, generation, visitor, joiner, calmUntil);
    if (lacks !== null) return lacks;
    model.known.add(visitor);
    const { key, body } = joiner.shows;
    const isInLobby = model.draw.phase === 'ahead' && model.lobby === 'random';
    if (key !== undefined) model.entrance.keys.set(key, { visitor, body: body!, at: model.now, seq: isInLobby ? 0 : model.seq + 1 });
    if (isInLobby) return enterLobby(model, visitor, known.has(visitor));
    model.seq += 1;
    if (known.has(visitor)) model.rejoined += 1;
    if (!model.numbers.has(visitor)) model.numbers.set(visitor, model.seq);
    model.queue.push({ visitor, seq: model.seq });
    return `joined ${model.seq} ${model.queue.length + aheadOf(model, model.seq)}`;
  };

  return joiners.map((joiner) => {
    const { visitor, token, shows } = joiner;
    const first = firstJoinOf(model, shows.key);
    if (first && first.body !== shows.body) return `idempotency_conflict as ${visitor}`;
    if (first) return `${placeOf(model, first.visitor) ?? endOf(model, first.visitor)} as ${first.visitor} again ${first.at} ${first.seq}`;
    if (token === 'old') return `another_generation as ${visitor}`;
    const own = placeOf(model, visitor);
    if (own !== null) return `${own} as ${visitor}`;
    const isForMembers = model.entrance.identity === 'member';
    if (isForMembers && shows.settings !== undefined && shows.settings !== String(model.version)) return `settings_changed as ${visitor}`;
    const who = isForMembers ? (shows.member ?? visitor) : visitor;
    return `${(who === visitor ? null : placeOf(model, who)) ?? newPlace(who, joiner)} as ${who}`;
  });
};

/** Settings of the entrance, at any time (E4). */
export const changeEntrance = (model: Model, asks: Partial<Asks>): string => {
  const outcome = changeSale(model, null, {}, '');
  if (outcome.startsWith('changed')) Object.assign(model.entrance, asks);
  return outcome;
};

export const beginCodes = (model: Model, key: string | undefined, fingerprint: string, seed: string): string => {
  const past = model.entrance.begun.get(key ?? '');
  if (past) return past.fingerprint === fingerprint ? `begun ${past.at} ${past.seed}` : 'idempotency_conflict';
  if (key !== undefined) model.entrance.begun.set(key, { fingerprint, at: model.now, seed });
  return `begun ${model.now} ${seed}`;
};
export const writeCodes = ({ entrance }: Model, at: number, uses: number, codes: readonly string[]): string[] =>
  codes.map((code) => {
    const there = entrance.codes.get(code);
    if (!there && entrance.takenBack.get(code) !== at) entrance.codes.set(code, { uses, at });
    return `${there && there.at !== at ? there.uses : 'made'} ${usesOf(entrance, code)}`;
  });
export const deleteCode = ({ entrance }: Model, code: string): string => {
  const there = entrance.codes.get(code);
  if (!there) return 'code_not_found';
  entrance.takenBack.set(code, there.at);
  entrance.codes.delete(code);
  return 'deleted';
};

export const makeTransfer = (model: Model, visitor: string, isOld: boolean, hash: string): string => {
  const { entrance, now } = model;
  if (isOld) return 'not_in_queue';
  if (entrance.identity === 'member') return 'member_required';
  const waits = !isEnding(model) && (model.queue.some((place) => place.visitor === visitor) || (model.draw.lobby.get(visitor) ?? 0) > 0);
  if (!waits && (model.active.get(visitor)?.deadline ?? 0) <= now) return 'not_in_queue';
  const times = (entrance.made.get(visitor) ?? []).filter((at) => at > now - limits.transferWindowMs);
  if (times.length >= limits.transfersPerWindow) return `rate_limited ${times[0]! + limits.transferWindowMs - now}`;
  // Four that are over are forgotten for the two new ones, a transfer and the times of a visitor: they do not come back with a clock that does.
  const over = [
    ...[...entrance.transfers].map(([name, { until }]) => ({ name, until })),
    ...[...entrance.madeUntil].map(([name, until]) => ({ name: ` ${name}`, until })),
  ].filter(({ until }) => until <= now);
  over.sort((a, b) => a.until - b.until || (a.name < b.name ? -1 : 1));
  for (const { name } of over.slice(0, 4)) {
    entrance.transfers.delete(name);
    entrance.made.delete(name.slice(1));
    entrance.madeUntil.delete(name.slice(1));
  }
  entrance.made.set(visitor, [...times, now]);
  entrance.madeUntil.set(visitor, now + limits.transferWindowMs);
  const until = now + limits.transferMs;
  entrance.transfers.set(hash, { visitor, seq: model.numbers.get(visitor) ?? 0, until });
  return `made ${until}`;
};
export const takeTransfer = ({ entrance, now }: Model, hash: string): string => {
  if (entrance.identity === 'member') return 'member_required';
  const found = entrance.transfers.get(hash);
  if (!found || found.until <= now) return 'code_invalid';
  entrance.transfers.delete(hash);
  return `taken ${found.visitor} ${found.seq}`;
};
