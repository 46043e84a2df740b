import { keys, limits } from '@sunbeon/contracts';
import type { Script } from '@sunbeon/runtime';
import type { Redis } from 'ioredis';
import { beginCodes } from '../../services/admission/src/scripts/begin-codes.ts';
import { changeSale } from '../../services/admission/src/scripts/change-sale.ts';
import { deleteCode } from '../../services/admission/src/scripts/delete-code.ts';
import { readCodes } from '../../services/admission/src/scripts/read-codes.ts';
import { writeCodes } from '../../services/admission/src/scripts/write-codes.ts';
import { join } from '../../services/queue/src/scripts/join.ts';
import { makeTransfer } from '../../services/queue/src/scripts/make-transfer.ts';
import type { PlaceOutcome } from '../../services/queue/src/scripts/place-reply.ts';
import { takeTransfer } from '../../services/queue/src/scripts/take-transfer.ts';
import { answerOf } from '../fixtures/sale.ts';
import { createEntranceChecks } from './entrance-checks.ts';
import * as entrance from './model-entrance.ts';
import type { Model } from './model.ts';
import type { EntranceOperation, Shows } from './operations-entrance.ts';

interface EntranceWorld {
  redis: Redis;
  saleId: string;
  generation: number;
  state: Model;
  run: <Input, Reply>(script: Script<Input, Reply>, input: Input) => Promise<Reply>;
  same: (what: string, redis: unknown, expected: unknown) => void;
  seeded: <Input, Reply>(script: Script<Input, Reply>) => Script<Input, Reply>;
  visitorOf: (n: number) => string;
}
/** Where a visitor is, in the model's words. */
export const placeText = (place: PlaceOutcome): string => {
  if (place.state === 'joined' || place.state === 'waiting') return `${place.state} ${place.seq} ${place.position}`;
  if (place.state === 'admitted') return `admitted ${place.untilMs} ${place.claimed}`;
  if (place.state === 'lobby') return place.isNew ? 'joined lobby' : 'lobby';
  if (place.state === 'completed') return `completed ${place.outcome}`;
  return place.state === 'refused' ? place.why : place.state;
};

/** Visitors of numbers from here on are members: their ids come from member tokens alone. */
export const firstMember = 16;
export const memberOf = (n: number): string => `m${n}`;

/** The entrance of a world: joins, codes, transfers and settings. */
export const createEntranceWorld = ({ redis, saleId, generation, state, run, same, seeded, visitorOf }: EntranceWorld) => {
  const ours = String(generation);
  const challenges: { id: string; untilMs: number }[] = [];
  const hashes: string[] = [];
  let ids = 0;
  /** The latest time by which keys were counted. */
  let latest = state.now;
  const checks = createEntranceChecks(redis, saleId, generation);

  const newChallenge = () => ({ id: `p${(ids += 1)}`, untilMs: state.now + limits.proofSeconds * 1_000 });
  const proofOf = (proof: Shows['proof']): Pick<entrance.ModelJoiner['shows'], 'proof' | 'proofFault'> => {
    if (proof === undefined) return {};
    if (proof === 'fault') return { proofFault: true };
    if (proof === 'foreign') return { proof: { ...newChallenge(), generation: '1' } };
    if (proof === 'new') challenges.push(newChallenge());
    const shown = challenges.at(proof === 'new' ? -1 : -1 - proof);
    return shown ? { proof: { ...shown, generation: ours } } : { proofFault: true };
  };
  /** The token of a device, if it has one. Nobody has that of a member who was never here. */
  const deviceOf = (n: number): { visitor: string; token: 'ours' | 'none' } => {
    const id = visitorOf(n);
    if (state.known.has(id)) return { visitor: id, token: 'ours' };
    const visitor = `v${n}`;
    return { visitor, token: state.known.has(visitor) ? 'ours' : 'none' };
  };
  const joinerOf = ({ visitor: n, old, proof, member, memberFault, settings, limited, code, key, body }: Shows): entrance.ModelJoiner => {
    const { visitor, token } = deviceOf(n);
    return {
      visitor,
      token: old ? 'old' : token,
      shows: {
        ...(key === undefined ? {} : { key: `k${key}`, body: `b${body}` }),
        ...proofOf(proof),
        ...(member === undefined ? {} : { member: memberOf(member) }),
        ...(memberFault ? { memberFault: 'invalid_member' } : {}),
        ...(settings === undefined ? {} : { settings: String(state.version - (settings === 'now' ? 0 : 1)) }),
        ...(limited ? { limited: true } : {}),
        ...(code === undefined ? {} : { code: `c${code}` }),
      },
    };
  };
  /** A key whose minute was over may be forgotten, and one that a clock set back by a minute or more: Redis says which. */
  const forgetKeys = async (): Promise<void> => {
    const setBack = latest - state.now >= limits.joinKeyMs;
    for (const [key, { at }] of state.entrance.keys) {
      if (!setBack && latest - at < limits.joinKeyMs) continue;
      const kept = await Promise.all([redis.hget(keys.joinKeys(saleId), key), redis.hget(keys.joinKeysOdd(saleId), key)]);
      if (!kept.some((text) => text?.split(' ')[2] === String(at))) state.entrance.keys.delete(key);
    }
    latest = setBack ? state.now : Math.max(latest, state.now);
  };

  const enter = async (joiners: readonly entrance.ModelJoiner[]): Promise<void> => {
    if (joiners.some(({ shows }) => shows.key !== undefined)) await forgetKeys();
    const asked = joiners.map(({ visitor, token, shows }) => ({
      visitorId: visitor,
      generation: token === 'none' ? 0 : token === 'ours' ? generation : 1,
      ...(Object.keys(shows).length === 0 ? {} : { entrance: shows }),
    }));
    const { places, joinedAs } = answerOf(await run(join, asked));
    places.forEach((place, i) => checks.joined({ ...joiners[i]!, now: state.now, place, as: joinedAs[i]! }));
    same(
      'join',
      places.map((place, i) => {
        const { visitorId, firstJoin } = joinedAs[i]!;
        return `${placeText(place)} as ${visitorId}${firstJoin ? ` again ${firstJoin.atMs} ${firstJoin.seq}` : ''}`;
      }),
      entrance.join(state, ours, joiners),
    );
  };

  const transfer = async (visitor: string, isOld: boolean): Promise<void> => {
    const hash = `t${(ids += 1)}`;
    const seq = state.numbers.get(visitor) ?? 0;
    const made = answerOf(await run(makeTransfer, { visitor, seq, generation: isOld ? 1 : generation, hash }));
    checks.mayMoveNobody();
    if (made.outcome === 'made') {
      hashes.push(hash);
      checks.transferMade(hash, visitor, made.untilMs);
    }
    const text = 'untilMs' in made ? `made ${made.untilMs}` : 'waitMs' in made ? `rate_limited ${made.waitMs}` : made.outcome;
    same('make-transfer', text, entrance.makeTransfer(state, visitor, isOld, hash));
  };

  const step = async (operation: EntranceOperation): Promise<void> => {
    switch (operation.do) {
      case 'enter':
        return await enter(operation.joiners.map(joinerOf));
      case 'changeEntrance': {
        const { do: _, ...asks } = operation;
        // How members are known is judged before the script, which is told who they are.
        const change = { ...asks, ...(asks.identity === 'member' ? { members: { login: 'oidc' as const } } : {}) };
        const outcome = answerOf(await run(seeded(changeSale), { expected: null, change }));
        checks.mayMoveNobody();
        return same('change-sale', `${outcome.outcome} ${outcome.version}`, entrance.changeEntrance(state, asks));
      }
      case 'rush':
        await redis.hset(keys.flow(saleId), 'proofLevel', operation.level);
        return;
      case 'makeCodes': {
        const codes = operation.codes.map((n) => `c${n}`);
        const fingerprint = `${operation.uses}:${codes.join('')}`;
        const [key, seed] = [operation.key === null ? undefined : `k${operation.key}`, `s${(ids += 1)}`];
        const begun = answerOf(await run(beginCodes, { key, fingerprint, seed, detail: {} }));
        const text = begun.outcome === 'begun' ? `begun ${begun.atMs} ${begun.seed}` : begun.outcome;
        same('begin-codes', text, entrance.beginCodes(state, key, fingerprint, seed));
        if (begun.outcome !== 'begun') return;
        const { uses } = operation;
        const { rows } = answerOf(await run(writeCodes, { generation: ours, uses, label: undefined, atMs: begun.atMs, codes }));
        checks.mayMoveNobody();
        return same(
          'write-codes',
          rows.map(({ there, used }) => `${there?.uses ?? 'made'} ${used}`),
          entrance.writeCodes(state, begun.atMs, uses, codes),
        );
      }
      case 'deleteCode': {
        const code = `c${operation.code}`;
        checks.mayMoveNobody();
        return same('delete-code', await run(deleteCode, { code }), entrance.deleteCode(state, code));
      }
      case 'makeTransfer':
        for (let times = operation.times; times > 0; times -= 1) await transfer(visitorOf(operation.visitor), operation.old);
        return;
      case 'takeTransfer': {
        const hash = hashes.at(-1 - operation.transfer) ?? 't_none';
        const taken = answerOf(await run(takeTransfer, hash));
        checks.mayMoveNobody();
        if (taken.outcome === 'taken') checks.transferTaken(hash, taken.visitor, state.now);
        const text = taken.outcome === 'taken' ? `taken ${taken.visitor} ${taken.seq}` : taken.outcome;
        return same('take-transfer', text, entrance.takeTransfer(state, hash));
      }
      default:
    }
  };

  const compare = async (): Promise<void> => {
    const kept = await checks.compare();
    const { entrance: expected } = state;
    expected.level = Number(kept.flow['proofLevel'] ?? 0);
    const [joins, at, mean] = ['joinsRated', 'joinsRatedAt', 'joinsMean'].map((name) => Number(kept.flow[name] ?? 0)) as [
      number,
      number,
      number,
    ];
    expected.counted = { joins, at, mean };
    same('joins counted for the rating', Number(kept.flow['joinsAsked'] ?? 0), expected.asked);
    same('who has a use of which code', kept.holders, {
      ...Object.fromEntries([...expected.holders].map(([visitor, { code, kept: bought }]) => [visitor, `${code}${bought ? '+' : ''}`])),
    });
    const { codes } = answerOf(await run(readCodes, { after: 0, most: 100 }));
    same(
      'codes',
      codes.map(({ code, uses, used }) => `${code} ${uses} ${used}`),
      [...expected.codes].map(([code, { uses }]) => `${code} ${uses} ${entrance.usesOf(expected, code)}`),
    );
    same(
      'transfers',
      kept.transfers,
      Object.fromEntries([...expected.transfers].map(([hash, { visitor, seq }]) => [hash, `${visitor} ${seq}`])),
    );
  };
  const joinTogether = (numbers: readonly number[]): Promise<void> => enter(numbers.map((n) => ({ ...deviceOf(n), shows: {} })));
  return { join: joinTogether, step, compare };
};
