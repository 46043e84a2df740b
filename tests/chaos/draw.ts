import { once } from 'node:events';
import { Redis } from 'ioredis';
import { keys } from '@sunbeon/contracts';
import { join } from '../../services/queue/src/scripts/join.ts';
import { leave } from '../../services/queue/src/scripts/leave.ts';
import { joinAs, operatorAt, valueOf, visitorOf } from '../fixtures/client.ts';
import { createDrandNetwork, startDrandServer } from '../fixtures/drand.ts';
import { startRedis, startStack, until, type Stack } from '../fixtures/stack.mjs';
import { checkDrawRun, type DrawRun } from './draw-checks.ts';
import { createRandom, type Random } from './random.ts';
import { errorsLogged } from './run.ts';

export interface DrawChaosOptions {
  seed: number;
  visitors: number;
  /** Draws, one after another; every second one with a beacon. */
  draws: number;
  say?: (line: string) => void;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const admissions = ['admission-0', 'admission-1', 'admission-2'];
/** Visitors who come by the API, with a receipt. */
const withReceipts = 20;
/** Faults of one draw, Redis's apart. */
const faultsOfDraw = 4;
const drawLimitMs = 120_000;

/** Hands of the nemesis of draws: kills and freezes the leader at a random point of its work. */
const createDrawNemesis = (stack: Stack, redis: Redis, saleId: string, random: Random, visitors: number) => {
  const stopped = new Set<string>();
  const struck: string[] = [];
  const isDrawing = async (): Promise<boolean> => (await redis.hget(keys.sale(saleId), 'status')) !== 'open';
  const progress = async (): Promise<{ at: string; drawn: number }> => {
    const [frozenAt, beacon] = await redis.hmget(keys.sale(saleId), 'frozenAt', 'beaconStatus');
    const drawn = Number((await redis.hget(keys.flow(saleId), 'drawn')) ?? 0);
    return { at: drawn > 0 ? `line at ${drawn}` : frozenAt === null ? 'roster' : beacon === 'pending' ? 'beacon' : 'frozen', drawn };
  };
  const leader = async (): Promise<string | undefined> => {
    const name = (await redis.get(keys.leader(saleId))) ?? '';
    return admissions.find((service) => name.includes(`-${stack.processes.get(service)!.pid}-`));
  };
  const kill = async (name: string): Promise<void> => {
    const { child } = stack.processes.get(name)!;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  const again = async (name: string): Promise<void> => {
    stack.startService(name);
    await stack.ready(name);
  };
  /** Waits for a leader, and for a random moment of its work: a time, or a page of the line. False once the draw is over. */
  const moment = async (): Promise<string | null> => {
    const before = (await progress()).drawn;
    const page = random.next() < 0.5 ? before + random.between(1, visitors - before) : Infinity;
    let name: string | undefined;
    while (!(name = await leader())) if (!(await isDrawing())) return null;
    const untilMs = performance.now() + random.between(0, 1_200);
    while (performance.now() < untilMs || page !== Infinity) {
      if (!(await isDrawing())) return null;
      if ((await progress()).drawn >= page || performance.now() > untilMs + 3_000) break;
    }
    return name;
  };
  const strike = async (redisDies: boolean): Promise<boolean> => {
    const name = await moment();
    if (name === null) return false;
    const { at } = await progress();
    if (redisDies) {
      await kill('redis');
      await pause(random.between(0, 800));
      stack.processes.set('redis', await startRedis(stack.folder, stack.redisPort));
      struck.push(`redis killed, ${at}`);
    } else if (random.next() < 0.5 || stopped.size > 0) {
      stopped.delete(name);
      await kill(name);
      struck.push(`${name} killed, ${at}`);
      void again(name).catch(() => {});
    } else {
      stack.processes.get(name)!.child.kill('SIGSTOP');
      stopped.add(name);
      struck.push(`${name} frozen, ${at}`);
    }
    // The lease is its owner's for up to 3 s; one that was frozen wakes up as the old leader, sometimes while the next one writes.
    for (let i = 0; i < 400 && (await leader()) === name && !redisDies; i += 1) await pause(10);
    if (random.next() < 0.7) wake();
    return true;
  };
  const wake = (): void => {
    for (const name of stopped) stack.processes.get(name)!.child.kill('SIGCONT');
    stopped.clear();
  };
  return {
    struck,
    run: async (): Promise<void> => {
      const redisAt = Math.floor(random.between(0, faultsOfDraw));
      for (let i = 0; i < faultsOfDraw && (await strike(i === redisAt)); i += 1);
      wake();
    },
    heal: async (): Promise<void> => {
      wake();
      await Promise.all(admissions.map((name) => stack.ready(name)));
    },
  };
};

/** One sale: its lobby fills, opens, and is drawn while processes die and visitors come and go. */
const drawOnce = async (stack: Stack, redis: Redis, saleId: string, random: Random, { visitors }: DrawChaosOptions, beacon: boolean) => {
  const operator = operatorAt(stack.gateways[0]);
  const at = (inMs: number): string => new Date(Date.now() + inMs).toISOString();
  const lobby = { lobbyOpensAt: at(-60_000), opensAt: at(3_600_000), drawBeacon: beacon ? ('drand' as const) : ('none' as const) };
  await valueOf('create', operator.create({ saleId, title: 'Draw', stock: 1_000_000, admitPerSecond: 50, claimSeconds: 600, ...lobby }));
  const { commitment } = (await valueOf('the sale', operator.sale(saleId))).draw!;
  const run: DrawRun = { saleId, commitment, lobby: new Set(), left: new Set(), late: new Map(), receipts: [] };
  for (let i = 0; i < visitors - withReceipts; i += 200) {
    const some = Array.from({ length: Math.min(200, visitors - withReceipts - i) }, (_, n) => `v${String(i + n).padStart(21, '0')}`);
    await join.run(redis, saleId, some);
    for (const visitor of some) run.lobby.add(visitor);
  }
  const inLobby = [...run.lobby];
  // Some leave before the opening: they are in no roster.
  for (const visitor of inLobby.splice(0, 10)) {
    await leave.run(redis, saleId, { visitor });
    run.lobby.delete(visitor);
  }
  for (let i = 0; i < withReceipts; i += 1) {
    const { visitor, token } = await joinAs(saleId, stack.gateways[0]);
    const me = visitorOf(saleId, token, stack.gateways[0]);
    run.lobby.add(visitor.visitorId);
    run.receipts.push({ visitor: visitor.visitorId, read: me.receipt, before: (await valueOf('a receipt', me.receipt())).receipt });
  }
  await valueOf('open', operator.open(saleId));

  const nemesis = createDrawNemesis(stack, redis, saleId, random, visitors);
  let isOver = false;
  /** Joins and leaves all the while. A call without an answer may have been done: that visitor is only known to have tried. */
  const traffic = async (): Promise<void> => {
    for (let n = 0; !isOver; n += 1) {
      const late = `l${String(n).padStart(21, '0')}`;
      const joined = await visitorOf(saleId, undefined, stack.gateways[0])
        .join()
        .catch(() => null);
      if (joined?.status === 201) run.late.set(joined.body.visitor.visitorId, joined.body.visitor.seq!);
      const reply = await join.run(redis, saleId, [late]).catch(() => null);
      if (reply?.outcome === 'answered' && 'seq' in reply.places[0]!) run.late.set(late, reply.places[0].seq);
      if (n % 3 === 0) {
        const gone = random.of(inLobby);
        run.left.add(gone);
        await leave.run(redis, saleId, { visitor: gone }).catch(() => null);
      }
      await pause(20);
    }
  };
  const coming = traffic();
  try {
    const struck = nemesis.run();
    await until('the draw', async () => (await redis.hget(keys.sale(saleId), 'drawnAt')) !== null, drawLimitMs);
    await struck;
    await nemesis.heal();
    await until('admissions', async () => Number(await redis.hget(keys.flow(saleId), 'admitted')) > 0);
  } finally {
    isOver = true;
    await coming;
    await nemesis.heal();
  }
  // Places of people that were admitted meanwhile have no receipt: nobody more is admitted while they are read.
  // For a moment after a fault a service may still answer 503, which an operator repeats.
  await until('the pause', async () => (await operator.pause(saleId)).status === 200);
  const checked = await checkDrawRun(redis, stack.gateways[0]!, run);
  await valueOf('close', operator.close(saleId));
  return { ...checked, struck: nemesis.struck };
};

/** Draws of whole stacks whose processes die at random points of them; the faults found, and a line for each draw. */
export const runDrawChaos = async (options: DrawChaosOptions): Promise<{ faults: string[]; figures: string[]; kills: number }> => {
  const { seed, draws, say = () => {} } = options;
  const network = createDrandNetwork(1);
  const drand = await startDrandServer(network);
  const stack = await startStack({
    instances: { admission: admissions.length },
    built: true,
    env: { DRAND_URLS: drand.url, DRAND_CHAIN: JSON.stringify(network.chain) },
  });
  const redis = new Redis(stack.redisPort, '127.0.0.1', { maxRetriesPerRequest: null, retryStrategy: () => 50 });
  redis.on('error', () => {});
  const random = createRandom(seed);
  const faults: string[] = [];
  const figures: string[] = [];
  let kills = 0;
  try {
    for (let n = 0; n < draws; n += 1) {
      const saleId = `draw_${seed}_${n}`;
      const startedMs = performance.now();
      const drawn = await drawOnce(stack, redis, saleId, random, options, n % 2 === 1);
      faults.push(...drawn.faults.map((fault) => `${saleId}: ${fault}`));
      kills += drawn.struck.length;
      figures.push(`${saleId}: ${drawn.figures}; ${drawn.struck.join('; ')}; ${Math.round((performance.now() - startedMs) / 1_000)} s`);
      say(`${figures.at(-1)}${drawn.faults.length > 0 ? `\n  VIOLATION  ${drawn.faults.join('\n  VIOLATION  ')}` : ''}`);
    }
    faults.push(...errorsLogged(stack));
    return { faults, figures, kills };
  } finally {
    redis.disconnect();
    for (const { child } of stack.processes.values()) child.kill('SIGCONT');
    await stack.stop();
    await drand.stop();
  }
};
