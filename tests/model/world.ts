import { isDeepStrictEqual } from 'node:util';
import { decodeEvent, keys, limits, logKeys, saleKeys } from '@sunbeon/contracts';
import type { NoSale } from '@sunbeon/runtime';
import type { Redis } from 'ioredis';
import { checkStats } from '../../services/admission/src/invariants/check-stats.ts';
import { checkReplay } from '../../services/admission/src/invariants/check-replay.ts';
import { createReplay } from '../../services/admission/src/invariants/replay.ts';
import { admit } from '../../services/admission/src/scripts/admit.ts';
import { changeSale } from '../../services/admission/src/scripts/change-sale.ts';
import { claim } from '../../services/admission/src/scripts/claim.ts';
import { complete } from '../../services/admission/src/scripts/complete.ts';
import { createSale } from '../../services/admission/src/scripts/create-sale.ts';
import { extend } from '../../services/admission/src/scripts/extend.ts';
import { expire } from '../../services/admission/src/scripts/expire.ts';
import { issueTicket } from '../../services/admission/src/scripts/issue-ticket.ts';
import { lead } from '../../services/admission/src/scripts/lead.ts';
import { readPass } from '../../services/admission/src/scripts/read-pass.ts';
import { readStats } from '../../services/admission/src/scripts/read-stats.ts';
import { redeem } from '../../services/admission/src/scripts/redeem.ts';
import { setStatus } from '../../services/admission/src/scripts/set-status.ts';
import { confirm } from '../../services/purchase/src/scripts/confirm.ts';
import { expireHolds } from '../../services/purchase/src/scripts/expire-holds.ts';
import { hold } from '../../services/purchase/src/scripts/hold.ts';
import type { ShopReply } from '../../services/purchase/src/scripts/outcome.ts';
import { purchase } from '../../services/purchase/src/scripts/purchase.ts';
import { release } from '../../services/purchase/src/scripts/release.ts';
import { leave } from '../../services/queue/src/scripts/leave.ts';
import { readPlaces } from '../../services/queue/src/scripts/read-places.ts';
import { answerOf } from '../fixtures/sale.ts';
import * as line from './model.ts';
import * as passes from './model-passes.ts';
import { setLobby } from './model-lobby.ts';
import * as shop from './model-shop.ts';
import { isGate, lobbyOf, type Operation, type RunsOf } from './operations.ts';
import { createRunner, type Mutant } from './scripts.ts';
import { createDrawWorld } from './world-draw.ts';
import { createEntranceWorld, firstMember, memberOf, placeText } from './world-entrance.ts';
import { createOrdersWorld } from './world-orders.ts';

const model = { ...line, ...shop, ...passes, setLobby };
const returnUrls = ['https://shop.test/'];
const settings = { admitPerSecond: 3, activeLimit: 6, claimSeconds: 4, sessionSeconds: 12, holdSeconds: 6, perVisitorLimit: 4 };
const startMs = 1_800_000_000_000;
/** The same in every world: the order of a draw depends on it. Worlds follow each other. */
const saleId = 'model';
/** How often a lease is kept up, real ms. */
const leaseKeepMs = limits.leaseMs / 6;

const isoOf = (ms: number): string => new Date(ms).toISOString();

/** The reply of a shop script in the model's words. */
const shopText = (reply: ShopReply | NoSale): string => {
  if (reply.outcome === 'no_sale') return reply.outcome;
  if (reply.outcome === 'refused') return reply.replayed ? `${reply.why} replayed` : reply.why;
  const { purchaseId, holdId } = JSON.parse(reply.json) as { purchaseId?: string; holdId?: string };
  return `${reply.replayed ? 'replayed' : purchaseId === undefined ? 'held' : 'purchased'} ${purchaseId ?? holdId}`;
};

/** A fault: operation, actual and expected result. */
export class Difference extends Error {}
/** `invariants`: only the invariant check, to measure whether it detects a fault without the model. */
export type Checkers = 'all' | 'invariants';
export interface WorldOptions {
  mutant?: Mutant | null;
  checkers?: Checkers;
  of?: RunsOf;
}
const compareWith = (what: string, redis: unknown, expected: unknown): void => {
  if (!isDeepStrictEqual(redis, expected))
    throw new Difference(`${what}: Redis says ${JSON.stringify(redis)}, the model ${JSON.stringify(expected)}`);
};

/**
 * A sale in Redis and its model, side by side. After every operation the answers are compared, then all of Redis with the model, the invariant check's
 * counts with each other, and the replay of the new events with Redis. Throws a Difference at the first fault.
 */
export const createWorld = async (redis: Redis, stock: number, { mutant = null, checkers = 'all', of = 'line' }: WorldOptions = {}) => {
  const same = checkers === 'all' ? compareWith : () => {};
  const runner = createRunner(redis, mutant);
  // One sale in three is confirmed by the shop.
  const kind = isGate(stock) ? ('gate' as const) : ('shop' as const);
  const confirmBy = kind === 'shop' && stock % 3 === 0 ? ('shop' as const) : ('visitor' as const);
  const state = model.newModel(startMs, kind === 'gate' ? 0 : stock, settings, { kind, confirmBy });
  const { perVisitorLimit: _limit, holdSeconds: _hold, ...gateSettings } = settings;
  const replay = createReplay();
  const epochs = new Map<string, number>();
  const holdIds: string[] = [];
  const ticketIds: string[] = [];
  const passIds: string[] = [];
  let ids = 0;
  let last: Operation | null = null;
  const run: <Input, Reply>(script: Parameters<typeof runner.run<Input, Reply>>[0], input: Input) => Promise<Reply> = (script, input) =>
    runner.run(script, saleId, input, state.now);
  const hasEntrance = of === 'entrance';
  const visitor = (n: number) => (hasEntrance && n >= firstMember ? memberOf(n - firstMember) : `v${n}`);
  const ofKind = kind === 'gate' ? { kind, ...gateSettings } : { stock, confirmBy, ...settings };
  const draw = createDrawWorld({ redis, saleId, generation: startMs, state, run, same, epochs });
  const entrance = createEntranceWorld({
    redis,
    saleId,
    generation: startMs,
    state,
    run,
    same,
    seeded: draw.seeded,
    visitorOf: visitor,
  });
  const orders = createOrdersWorld({ state, run, same });
  const [order, beacon] = lobbyOf(stock) ?? [];
  const lobby = order && {
    lobbyOrder: order,
    drawBeacon: beacon,
    lobbyOpensAt: startMs + (stock % 8 === 7 ? 2_000 : 0),
    opensAt: startMs + 30_000,
  };
  await run(draw.seeded(createSale), {
    saleId,
    title: 'Model',
    returnUrls,
    maxExtensions: passes.maxExtensions,
    ...ofKind,
    ...(lobby ? { ...lobby, lobbyOpensAt: isoOf(lobby.lobbyOpensAt), opensAt: isoOf(lobby.opensAt) } : {}),
  });
  if (lobby) {
    state.status = 'scheduled';
    model.setLobby(state, lobby, draw.seed());
  }

  const tick = async (instance: string, cap: number, whole: boolean): Promise<void> => {
    const epoch = epochs.get(instance) ?? 0;
    if (whole) {
      const swept = await run(expire, cap);
      same('expire', `${swept.claimMissed} ${swept.sessionOver}`, model.expire(state, cap));
    }
    const outcome = await run(admit, { epoch, cap, isFirstBatch: whole });
    const text =
      outcome.outcome === 'admitted'
        ? `admitted ${outcome.admitted} ${outcome.waiting} ${outcome.active} ${outcome.status}`
        : outcome.outcome === 'fenced'
          ? `fenced ${outcome.epoch}`
          : 'no_sale';
    same('admit', text, model.admit(state, epoch, cap, whole));
  };

  const perform = async (operation: Operation): Promise<void> => {
    switch (operation.do) {
      case 'join':
        return await entrance.join(operation.visitors);
      case 'places': {
        const visitors = operation.visitors.map(visitor);
        const queries = visitors.map((who) => ({ visitor: who, seq: state.numbers.get(who) ?? 0 }));
        return same('places', answerOf(await run(readPlaces, queries)).places.map(placeText), model.places(state, visitors));
      }
      case 'claim': {
        const visitors = operation.visitors.map(visitor);
        const queries = visitors.map((who) => ({ visitor: who }));
        const { claims } = answerOf(await run(claim, queries));
        return same(
          'claim',
          claims.map((outcome) => (outcome.outcome === 'not_admitted' ? outcome.outcome : `${outcome.outcome} ${outcome.untilMs}`)),
          model.claim(state, visitors),
        );
      }
      case 'leave': {
        const outcome = await run(leave, { visitor: visitor(operation.visitor), seq: state.numbers.get(visitor(operation.visitor)) ?? 0 });
        return same(
          'leave',
          outcome.outcome === 'left' ? `left ${outcome.from}` : outcome.outcome,
          model.leave(state, visitor(operation.visitor)),
        );
      }
      case 'lead': {
        const instance = `i${operation.instance}`;
        const outcome = await run(lead, instance);
        same('lead', outcome.role === 'leader' ? `leader ${outcome.epoch}` : outcome.role, model.lead(state, instance));
        if (outcome.role === 'leader') epochs.set(instance, outcome.epoch);
        return;
      }
      case 'leaseEnds':
        state.leader = null;
        await redis.del(keys.leader(saleId));
        return;
      case 'tick':
        return await tick(`i${operation.instance}`, operation.cap, true);
      case 'admitMore':
        return await tick(`i${operation.instance}`, operation.cap, false);
      case 'expire': {
        const swept = await run(expire, operation.cap);
        return same('expire', `${swept.claimMissed} ${swept.sessionOver}`, model.expire(state, operation.cap));
      }
      case 'expireHolds':
        return same('expire-holds', String((await run(expireHolds, operation.cap)).holds), model.expireHolds(state, operation.cap));
      case 'purchase': {
        const items = operation.items.map((item) => ({
          ...item,
          visitor: visitor(item.visitor),
          key: `k${item.key}`,
          fingerprint: `purchase:${item.quantity}`,
          purchaseId: `p_${(ids += 1)}`,
        }));
        const reply = await run(purchase, items);
        return same(
          'purchase',
          reply.outcome === 'no_sale' ? reply.outcome : reply.items.map(shopText),
          items.map((item) => model.purchase(state, item.visitor, item.quantity, item.key, item.purchaseId)),
        );
      }
      case 'hold': {
        const { quantity, key } = operation;
        const holdId = `h_${(ids += 1)}`;
        holdIds.push(holdId);
        const row = await run(hold, {
          visitor: visitor(operation.visitor),
          quantity,
          key: `k${key}`,
          fingerprint: `hold:${quantity}`,
          holdId,
        });
        return same('hold', shopText(row), model.hold(state, visitor(operation.visitor), quantity, `k${key}`, holdId));
      }
      case 'confirm': {
        const holdId = heldBy(operation);
        const id = `p_${(ids += 1)}`;
        const row = await run(confirm, { visitor: visitor(operation.visitor), holdId, purchaseId: id });
        return same('confirm', shopText(row), model.confirm(state, visitor(operation.visitor), holdId, id));
      }
      case 'release': {
        const holdId = heldBy(operation);
        return same(
          'release',
          await run(release, { visitor: visitor(operation.visitor), holdId }),
          model.releaseHold(state, visitor(operation.visitor), holdId),
        );
      }
      case 'ticket': {
        const [ticketHash, newPassId] = [`t_${(ids += 1)}`, `pass_${ids}`];
        ticketIds.push(ticketHash);
        const who = visitor(operation.visitor);
        const issued = await run(issueTicket, {
          visitor: who,
          ticketHash,
          newPassId,
          returnUrl: returnUrls[0]!,
          returnUrls: JSON.stringify(returnUrls),
        });
        const text = issued.outcome === 'issued' ? `issued ${issued.ticketUntilMs} ${issued.expiresAtSeconds}` : issued.outcome;
        return same('issue-ticket', text, model.issueTicket(state, who, ticketHash, newPassId));
      }
      case 'redeem': {
        const ticketHash = ticketIds.at(-1 - operation.ticket) ?? 't_none';
        const key = operation.key === null ? '' : `r${operation.key}`;
        const redeemed = await run(redeem, { ticketHash, key, keyId: 'kid', shop: 'shop', by: { operator: 'shop', address: '' } });
        if (redeemed.outcome === 'redeemed') passIds.push(redeemed.passId);
        const text =
          redeemed.outcome === 'ticket_not_found'
            ? redeemed.outcome
            : `${redeemed.outcome} ${redeemed.passId} ${redeemed.exp} ${redeemed.iat}`;
        return same('redeem', text, model.redeem(state, ticketHash, key));
      }
      case 'extend': {
        const passId = passIds.at(-1 - operation.pass) ?? 'pass_none';
        const key = operation.key === null ? '' : `x${operation.key}`;
        const extended = await run(extend, { passId, key, keyId: 'kid', shop: 'shop' });
        const text = 'exp' in extended ? `${extended.outcome} ${extended.exp} ${extended.iat}` : extended.outcome;
        return same('extend', text, model.extend(state, passId, key));
      }
      case 'complete': {
        const passId = passIds.at(-1 - operation.pass) ?? 'pass_none';
        const done = await run(complete, { passId, outcome: operation.outcome, shop: 'shop' });
        const text = 'completedAtMs' in done ? `${done.outcome} ${done.completedAtMs}` : done.outcome;
        return same('complete', text, model.complete(state, passId, operation.outcome));
      }
      case 'readPass': {
        const passId = passIds.at(-1 - operation.pass) ?? 'pass_none';
        const found = await run(readPass, passId);
        const text = found.outcome === 'pass_not_found' ? found.outcome : `${found.outcome} ${found.exp} ${found.hold?.holdId ?? ''}`;
        return same('read-pass', text, model.readPass(state, passId));
      }
      case 'shopConfirm': {
        const holdId = holdIds.at(-1 - operation.hold) ?? 'h_none';
        const id = `p_${(ids += 1)}`;
        return same(
          'confirm by the shop',
          shopText(await run(confirm, { visitor: null, holdId, purchaseId: id })),
          model.confirm(state, null, holdId, id),
        );
      }
      case 'shopRelease': {
        const holdId = holdIds.at(-1 - operation.hold) ?? 'h_none';
        return same('release by the shop', await run(release, { visitor: null, holdId }), model.releaseHold(state, null, holdId));
      }
      case 'cancelOrder':
      case 'checkIn':
      case 'addStock':
        return await orders(operation);
      case 'change': {
        const { do: _, stale, closesInMs, ...change } = operation;
        const expected = stale ? state.version - 1 : null;
        const closesAt = closesInMs === undefined ? undefined : closesInMs === null ? null : state.now + closesInMs;
        const changed = {
          ...change,
          ...(closesAt === undefined ? {} : { closesAt: closesAt === null ? null : isoOf(closesAt) }),
        };
        const outcome = answerOf(await run(draw.seeded(changeSale), { expected, change: changed }));
        return same(
          'change-sale',
          `${outcome.outcome} ${outcome.version}`,
          model.changeSale(state, expected, { ...change, ...(closesAt === undefined ? {} : { closesAt }) }, draw.seed()),
        );
      }
      case 'status': {
        const outcome = await run(setStatus, { verb: operation.verb });
        return same('set-status', `${outcome.outcome} ${outcome.status}`, model.setStatus(state, operation.verb));
      }
      case 'wait':
        state.now += operation.ms;
        return;
      case 'changeLobby':
        return await draw.change(operation);
      case 'draw':
        return await draw.step(operation);
      case 'throughGate': {
        const inside = [...state.active.keys()];
        const who = inside[operation.inside % inside.length];
        if (who === undefined) return;
        await perform({ do: 'ticket', visitor: Number(who.slice(1)) + (who.startsWith('m') ? firstMember : 0) });
        await perform({ do: 'redeem', ticket: 0, key: null });
        return await perform({ do: 'complete', pass: 0, outcome: operation.outcome });
      }
      case 'again':
        return;
      default:
        return await entrance.step(operation);
    }
  };
  /** Mostly the visitor's own hold, sometimes a recent one of another visitor. */
  const heldBy = ({ visitor: who, hold: n }: { visitor: number; hold: number }): string =>
    (n < 5 ? state.active.get(visitor(who))?.hold : null) ?? holdIds.at(-1 - n) ?? 'h_none';

  const compare = async (): Promise<void> => {
    const figures = answerOf(await run(readStats, { members: 1_000 }));
    const [queue, holdEnds, bought, purchases, stays, entries] = (await redis
      .pipeline([
        ['zrange', keys.queue(saleId), '0', '-1', 'WITHSCORES'],
        ['zrange', keys.holds(saleId), '0', '-1', 'WITHSCORES'],
        ['hgetall', keys.bought(saleId)],
        ['hkeys', keys.purchases(saleId)],
        ['hgetall', keys.stays(saleId)],
        ['xrange', keys.events(saleId), `(${replay.number}-0`, '+'],
      ])
      .exec())!.map(([, reply]) => reply) as [
      string[],
      string[],
      Record<string, string>,
      string[],
      Record<string, string>,
      [string, string[]][],
    ];
    same(
      'the line',
      queue,
      state.queue.flatMap(({ visitor: who, seq }) => [who, String(seq)]),
    );
    const inside = [...state.active].sort();
    same(
      'inside',
      [...figures.members!.active].sort(),
      inside.map(([who, { deadline }]) => [who, deadline]),
    );
    same(
      'sessions',
      [...figures.members!.sessions].sort(),
      inside.filter(([, { claimed }]) => claimed).map(([who, stay]) => [who, stay.hold ?? '']),
    );
    same(
      'holds',
      [...figures.members!.holds].map(([id, { visitor: who, quantity }]) => [id, who, quantity]).sort(),
      [...state.holds].map(([id, { visitor: who, quantity }]) => [id, who, quantity]).sort(),
    );
    same(
      'ends of holds',
      Object.fromEntries(holdEnds.flatMap((id, i) => (i % 2 === 0 ? [[id, Number(holdEnds[i + 1])]] : []))),
      Object.fromEntries([...state.holds].map(([id, { expires }]) => [id, expires])),
    );
    same('stays with a pass', stays, Object.fromEntries(state.stays));
    same('completed, abandoned', [figures.flow.completed, figures.flow.abandoned], [state.completed, state.abandoned]);
    same('stock', figures.stock, state.stock);
    same('bought', Object.fromEntries(Object.entries(bought).map(([who, n]) => [who, Number(n)])), Object.fromEntries(state.bought));
    same('purchases', purchases.sort(), [...state.purchases.keys()].sort());
    same('status', figures.status, model.statusOf(state));
    same('left', figures.flow.left, state.left);
    same('frontier, last number', [figures.flow.frontier, figures.flow.seq], [state.frontier, state.seq]);
    for (const [id, fields] of entries) {
      const event = decodeEvent(id, fields);
      if (!event) throw new Difference(`entry ${id} is no event`);
      replay.apply(event);
      draw.tell(event);
    }
    await draw.compare();
    if (hasEntrance) await entrance.compare();
    same('places taken again', replay.rejoined, state.rejoined);
    // The model sweeps at any time, so overdue visitors (I7 of the counts) are no fault here.
    const broken = [...checkStats(figures).filter(({ invariant }) => invariant !== 'I7'), ...checkReplay(figures, replay)].find(
      ({ verdict }) => verdict === 'broken',
    );
    if (broken) throw new Difference(`${broken.invariant} ${broken.title}: ${broken.text}`);
  };

  if (hasEntrance) await entrance.compare();
  let keptMs = performance.now();
  return {
    saleId,
    state,
    runner,
    step: async (operation: Operation): Promise<void> => {
      // A lease ends by the real clock of Redis, which the model does not follow: it is kept up, and one that ended in a pause of this process has ended.
      if (performance.now() - keptMs > leaseKeepMs) {
        if ((await redis.pexpire(keys.leader(saleId), limits.leaseMs)) === 0) state.leader = null;
        keptMs = performance.now();
      }
      const now = operation.do === 'again' ? last : operation;
      if (now) await perform(now);
      if (operation.do !== 'again') last = operation;
      await compare();
    },
    drop: () => redis.unlink(...[...saleKeys, ...logKeys].map((name) => keys[name](saleId))),
  };
};
export type World = Awaited<ReturnType<typeof createWorld>>;
