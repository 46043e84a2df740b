import { keys } from '@sunbeon/contracts';
import type { Redis } from 'ioredis';
import type { JoinedAs, PlaceOutcome } from '../../services/queue/src/scripts/place-reply.ts';
import type { ModelJoiner } from './model-entrance.ts';

/** A broken promise of the entrance. */
export class BrokenPromise extends Error {}
const must = (kept: boolean, promise: string, text: string): void => {
  if (!kept) throw new BrokenPromise(`${promise} ${text}`);
};

/** What Redis holds of a sale that the promises are about. */
interface Kept {
  sale: Record<'identity' | 'access' | 'proofOfWork' | 'status' | 'lobbyPhase', string | null>;
  flow: Record<string, string>;
  /** Visitors with a place → ms of its end; Infinity in the line and in the lobby. */
  places: Map<string, number>;
  bought: Record<string, string>;
  codes: Record<string, string>;
  uses: Record<string, string>;
  holders: Record<string, string>;
  transfers: Record<string, string>;
}
type Joined = ModelJoiner & { now: number; place: PlaceOutcome; as: JoinedAs };

/**
 * E1, E2 and E4 after every step, by Redis and by what was answered alone: they know nothing of the model. `compare` reads Redis and judges what
 * happened since it was called before.
 */
export const createEntranceChecks = (redis: Redis, saleId: string, generation: number) => {
  let before: Kept | null = null;
  let joined: Joined[] = [];
  let nobodyMoves = false;
  /** Challenges that gave a place, and keys with the place they gave. */
  const spent = new Set<string>();
  const placeOfKey = new Map<string, { visitor: string; at: number }>();
  /** Most uses that a code ever had. */
  const mostUses = new Map<string, number>();
  /** Those who came in with a code, while they have the place. */
  const byCode = new Set<string>();
  const transfers = new Map<string, { visitor: string; until: number; taken: boolean }>();

  const read = async (): Promise<Kept> => {
    const fields = ['identity', 'access', 'proofOfWork', 'status', 'lobbyPhase'] as const;
    const [sale, flow, queue, lobby, active, bought, codes, uses, holders, open] = (await redis
      .pipeline([
        ['hmget', keys.sale(saleId), ...fields],
        ['hgetall', keys.flow(saleId)],
        ['zrange', keys.queue(saleId), '0', '-1'],
        ['zrangebyscore', keys.lobby(saleId), '(0', '+inf'],
        ['zrange', keys.active(saleId), '0', '-1', 'WITHSCORES'],
        ['hgetall', keys.bought(saleId)],
        ['hgetall', keys.codes(saleId)],
        ['hgetall', keys.codeUses(saleId)],
        ['hgetall', keys.codeHolders(saleId)],
        ['hgetall', keys.transfers(saleId)],
      ])
      .exec())!.map(([, reply]) => reply) as [
      (string | null)[],
      Record<string, string>,
      ...[string[], string[], string[]],
      ...Record<string, string>[],
    ];
    return {
      sale: Object.fromEntries(fields.map((name, i) => [name, sale[i]!])) as Kept['sale'],
      flow,
      places: new Map([
        ...active.flatMap((visitor, i) => (i % 2 === 0 ? [[visitor, Number(active[i + 1])] as const] : [])),
        ...[...queue, ...lobby].map((visitor) => [visitor, Infinity] as const),
      ]),
      bought: bought!,
      codes: codes!,
      uses: uses!,
      holders: holders!,
      transfers: open!,
    };
  };

  /** One new place: paid for, and of the right visitor. */
  const judgeNew = ({ visitor, shows, as }: Joined, was: Kept, places: ReadonlyMap<string, number>, now: number): void => {
    const { identity, access, proofOfWork } = was.sale;
    const who = as.visitorId;
    must((places.get(who) ?? 0) <= now, 'I4', `${who} has a place and got another`);
    if (proofOfWork === 'on') {
      const id = shows.proof?.id ?? '';
      must(id !== '' && !spent.has(id), 'E1', `${who} got a place for the challenge ${id || 'of nobody'}, which was spent before`);
      must(
        shows.proof!.untilMs > now && shows.proof!.generation === String(generation),
        'E1',
        `${who} got a place for a challenge that is not good`,
      );
      spent.add(id);
    }
    if (identity === 'member')
      must(shows.member === who, 'E2', `${shows.member ?? 'nobody'} on the device of ${visitor} got a place as ${who}`);
    else must(who === visitor, 'E2', `${visitor} got a place as ${who}`);
    if (access === 'code') byCode.add(who);
    else byCode.delete(who);
  };
  const judgeKey = ({ shows: { key }, as, now }: Joined, isNew: boolean): void => {
    if (key === undefined) return;
    const first = placeOfKey.get(key);
    if (isNew) placeOfKey.set(key, { visitor: as.visitorId, at: now });
    if (as.firstJoin) must(first?.visitor === as.visitorId, 'E1', `the key ${key} gave places to ${first?.visitor} and to ${as.visitorId}`);
  };
  /** Who has a place keeps it, whatever the sale asks for (E4). */
  const judgeOld = (one: Joined, places: ReadonlyMap<string, number>, lobbyEnded: boolean): void => {
    const { visitor, token, shows, as, place, now } = one;
    const until = places.get(visitor) ?? 0;
    if (until <= now || token !== 'ours' || shows.key !== undefined || (lobbyEnded && until === Infinity)) return;
    const isKept = ['waiting', 'admitted', 'lobby'].includes(place.state) && as.visitorId === visitor;
    must(isKept, 'E4', `${visitor} has a place and was answered ${place.state === 'refused' ? place.why : place.state} as ${as.visitorId}`);
  };

  const judgeCodes = ({ codes, uses, holders, places, bought }: Kept): void => {
    const counted: Record<string, number> = {};
    for (const [visitor, text] of Object.entries(holders)) {
      const code = text.replace('+', '');
      counted[code] = (counted[code] ?? 0) + 1;
      must(
        places.has(visitor) || text.endsWith('+') || Number(bought[visitor] ?? 0) > 0,
        'E1',
        `${visitor} has neither a place nor bought, and a use of ${code}`,
      );
    }
    for (const code of new Set([...Object.keys(uses), ...Object.keys(counted)])) {
      const used = Number(uses[code] ?? 0);
      must(used >= 0, 'E1', `${code} was used ${used} times`);
      must(used === (counted[code] ?? 0), 'E1', `${code} counts ${used} uses, ${counted[code] ?? 0} visitors have one`);
    }
    for (const [code, text] of Object.entries(codes))
      mostUses.set(code, Math.max(mostUses.get(code) ?? 0, (JSON.parse(text) as { uses: number }).uses));
    for (const [code, used] of Object.entries(counted))
      must(
        used <= (mostUses.get(code) ?? 0),
        'E1',
        `${code} is good ${mostUses.get(code) ?? 0} times, and ${used} visitors have a use of it`,
      );
    for (const visitor of byCode) {
      if (!places.has(visitor)) byCode.delete(visitor);
      else must(visitor in holders, 'E1', `${visitor} came with a code, and no use of one is theirs`);
    }
  };

  return {
    joined: (one: Joined): void => {
      joined.push(one);
    },
    /** What was done since may move nobody (E4). */
    mayMoveNobody: (): void => {
      nobodyMoves = true;
    },
    transferMade: (hash: string, visitor: string, until: number): void => {
      transfers.set(hash, { visitor, until, taken: false });
    },
    transferTaken: (hash: string, visitor: string, now: number): void => {
      const made = transfers.get(hash);
      must(made !== undefined && !made.taken, 'E1', `the transfer ${hash} was taken twice`);
      must(made!.until > now && made!.visitor === visitor, 'E1', `the transfer ${hash} of ${made!.visitor} gave ${visitor} at ${now}`);
      made!.taken = true;
    },
    compare: async (): Promise<Kept> => {
      const after = await read();
      if (before) {
        const lobbyEnded = after.sale.status === 'closed' && ['ahead', 'drawing'].includes(before.sale.lobbyPhase ?? '');
        const places = new Map(before.places);
        for (const one of joined) {
          judgeOld(one, places, lobbyEnded);
          const isNew = one.place.state === 'joined' || (one.place.state === 'lobby' && one.place.isNew);
          judgeKey(one, isNew);
          if (!isNew) continue;
          judgeNew(one, before, places, one.now);
          places.set(one.as.visitorId, Infinity);
        }
        if (nobodyMoves && !lobbyEnded)
          for (const [visitor, until] of before.places)
            must(after.places.get(visitor) === until, 'E4', `${visitor} had a place until ${until}, and now ${after.places.get(visitor)}`);
      }
      judgeCodes(after);
      [before, joined, nobodyMoves] = [after, [], false];
      return after;
    },
  };
};
