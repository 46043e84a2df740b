import { setImmediate as nextTurn } from 'node:timers/promises';
import { keys } from '@sunbeon/contracts';
import type { FastifyInstance } from 'fastify';
import { Cluster, Command, type Redis } from 'ioredis';
import { Type } from 'typebox';
import type { Metrics } from './metrics.ts';
import { CodedError } from './problems.ts';
import { commandConnection, type RedisClient } from './redis.ts';
import type { Script, ScriptAnswer } from './script.ts';
import { advanceOffset } from './scripts/advance-offset.ts';
import type { Service } from './service.ts';

/** Longest time for replicas to confirm, ms: less than the command timeout of the connection, so that Redis answers before the client gives up. */
export const waitMs = 500;

/** Who must have a write before it is acknowledged: this server alone, or it and n replicas. */
export const Durability = Type.String({
  pattern: '^(local|replicas:[1-9])$',
  default: 'local',
  description: 'local, or replicas:<n> with n from 1 to 9: how many replicas have a write before it is acknowledged',
});
const replicasOf = (setting: string): number => (setting === 'local' ? 0 : Number(setting.slice('replicas:'.length)));

/** Runs scripts whose answers are promises: purchases, holds, confirmations, joins, redemptions, extensions and ends of stays. */
export interface DurableCalls {
  /** As `script.run`, but the answer waits until DURABILITY holds. Too few replicas in time: `unavailable`, the outcome is unknown. */
  run: <Input, Reply extends ScriptAnswer>(script: Script<Input, Reply>, saleId: string, input: Input) => Promise<Reply>;
}

interface Held {
  saleId: string;
  /** Connections of the node that were lost before the script was sent. */
  lostBefore: number;
  settle: (isDurable: boolean) => void;
}
type Observe = (seconds: number, isDurable: boolean) => void;

/**
 * Group commit on one connection. WAIT blocks a connection in Redis and covers all earlier writes on it: while one is awaited, answers gather for
 * the next. WAIT ignores what other connections wrote, and a repeated call writes nothing: so each group writes something itself.
 */
const createLane = (node: Redis, replicas: number, observe: Observe) => {
  let lost = 0;
  node.on('close', () => {
    lost += 1;
  });
  const held: Held[] = [];
  let isAwaited = false;

  const replicasHave = async (group: readonly Held[]): Promise<boolean> => {
    for (const saleId of new Set(group.map((one) => one.saleId))) if ((await advanceOffset.run(node, saleId, null)) === 'advanced') break;
    return (await node.wait(replicas, waitMs)) >= replicas;
  };
  const release = async (): Promise<void> => {
    isAwaited = true;
    while (held.length > 0) {
      // Answers that came in one packet share a group.
      await nextTurn();
      const group = held.splice(0);
      const started = performance.now();
      const isDurable = await replicasHave(group).catch(() => false);
      observe((performance.now() - started) / 1_000, isDurable);
      // After a reconnection the server may be another one, which never saw the write.
      for (const { lostBefore, settle } of group) settle(isDurable && lostBefore === lost);
    }
    isAwaited = false;
  };

  return {
    lost: () => lost,
    hold: (saleId: string, lostBefore: number): Promise<boolean> =>
      new Promise((settle) => {
        held.push({ saleId, lostBefore, settle });
        if (!isAwaited) void release();
      }),
  };
};

/** The connection to the master of a sale: no redirection takes a call to another one, where its WAIT would say nothing. */
const nodeOf = (redis: RedisClient, saleId: string): Redis => {
  if (!(redis instanceof Cluster)) return redis;
  const address = redis.slots[new Command('exists', [keys.sale(saleId)]).getSlot()]?.[0];
  const node = redis.nodes('master').find(({ options }) => `${options.host}:${options.port}` === address);
  if (!node) throw new Error("Cluster isn't ready");
  return node;
};

const isNoSale = (reply: ScriptAnswer): boolean => typeof reply === 'object' && (reply as { outcome?: unknown }).outcome === 'no_sale';

/** Calls on this connection, which serves nothing else: a WAIT stops all that comes after it. */
export const durableOn = (redis: RedisClient, replicas: number, observe: Observe = () => {}): DurableCalls => {
  const lanes = new WeakMap<Redis, ReturnType<typeof createLane>>();
  const laneOf = (node: Redis) => {
    let lane = lanes.get(node);
    if (!lane) lanes.set(node, (lane = createLane(node, replicas, observe)));
    return lane;
  };
  return {
    run: async (script, saleId, input) => {
      const node = nodeOf(redis, saleId);
      const lane = laneOf(node);
      const lostBefore = lane.lost();
      const reply = await script.run(node, saleId, input);
      if (isNoSale(reply) || (await lane.hold(saleId, lostBefore))) return reply;
      throw new CodedError('unavailable', 'The outcome is unknown. Try again with the same key.');
    },
  };
};

/** Says which masters have fewer replicas than each answer waits for. */
const warnOfTooFew = async (redis: RedisClient, replicas: number, { log }: Service): Promise<void> => {
  for (const node of redis instanceof Cluster ? redis.nodes('master') : [redis]) {
    const connected = Number(/^connected_slaves:(\d+)/m.exec(await node.info('replication'))?.[1] ?? 0);
    if (connected < replicas) log.write('replicas_missing', { connected, wanted: replicas });
  }
};

const observerOf = (metrics: Metrics): Observe => {
  const took = metrics.histogram('sunbeon_replica_wait_duration_seconds', {});
  const short = metrics.counter('sunbeon_replica_waits_short_total', {});
  return (seconds, isDurable) => {
    took(seconds);
    if (!isDurable) short();
  };
};

/** The calls of a service, as its setting says: `local` uses the command connection; `replicas:<n>` one of its own, as long as `app` serves. */
export const createDurable = (
  app: FastifyInstance,
  service: Service,
  { REDIS_URL, DURABILITY }: { REDIS_URL: string; DURABILITY: string },
): DurableCalls => {
  const observe = observerOf(service.metrics);
  const replicas = replicasOf(DURABILITY);
  if (replicas === 0) return { run: (script, saleId, input) => script.run(service.redis, saleId, input) };
  const redis = commandConnection(REDIS_URL);
  // The command connection logs an outage.
  redis.on('error', () => {});
  redis.on('ready', () => void warnOfTooFew(redis, replicas, service).catch(() => {}));
  service.onReady(() => (redis.status === 'ready' ? null : `redis of acknowledged writes ${redis.status}`));
  app.addHook('onReady', async () => void redis.connect().catch(() => {}));
  app.addHook('onClose', async () => redis.disconnect());
  return durableOn(redis, replicas, observe);
};
