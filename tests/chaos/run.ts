import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { keys, limits } from '@sunbeon/contracts';
import { operatorAt, valueOf } from '../fixtures/client.ts';
import { freePort, startRedis, startStack, type Stack } from '../fixtures/stack.mjs';
import { checkRun } from './checks.ts';
import { createCrowd, shopVisits } from './crowd.ts';
import { entranceCodes, entranceVisits, usesOfCode } from './entrance-crowd.ts';
import { gateReturnUrl, gateVisits } from './gate-crowd.ts';
import { newHistory } from './history.ts';
import { createNemesis } from './nemesis.ts';
import { orderFaults, orderFigures } from './order-checks.ts';
import { createOrderOperators } from './order-operator.ts';
import { startProxy, type FaultProxy } from './proxy.ts';
import { createRandom } from './random.ts';

export interface ChaosOptions {
  seed: number;
  /** The run ends when it has killed so many processes, and not before `seconds` are over. */
  kills: number;
  seconds: number;
  /** Concurrent visitors; a quarter of them stand at the gate of another shop, and one in eight at a sale that asks for a proof and a code. */
  people: number;
  say?: (line: string) => void;
}
export interface ChaosReport {
  faults: string[];
  figures: string;
  strikes: string[];
  kills: Record<string, number>;
  seconds: number;
}

/** A stack whose every process has its own faulty network to Redis. */
export const startFaultyStack = async (
  env: Record<string, string> = {},
): Promise<{ stack: Stack; proxies: Map<string, FaultProxy>; stop: () => Promise<void> }> => {
  const proxies = new Map<string, FaultProxy>();
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'sunbeon-chaos-'));
  const redis = await startRedis(folder, port);
  const names = ['queue', 'admission', 'purchase', 'gateway'].flatMap((kind) => [`${kind}-0`, `${kind}-1`]);
  for (const name of names) proxies.set(name, await startProxy(port));
  const stack = await startStack({
    instances: { queue: 2, admission: 2, purchase: 2, gateway: 2 },
    built: true,
    env,
    redisUrl: `redis://127.0.0.1:${port}`,
    envOf: (name) => ({ REDIS_URL: `redis://127.0.0.1:${proxies.get(name)!.port}` }),
  });
  stack.processes.set('redis', redis);
  Object.assign(stack, { redisPort: port, folder });
  return {
    stack,
    proxies,
    stop: async () => {
      for (const { child } of stack.processes.values()) child.kill('SIGCONT');
      await stack.stop();
      for (const proxy of proxies.values()) await proxy.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** Errors that services logged as their own; with the service, each once. */
export const errorsLogged = (stack: Stack): string[] => {
  const found = new Set<string>();
  for (const [name, { log }] of stack.processes) {
    for (const line of name === 'redis' ? [] : log().split('\n')) {
      if (!line.startsWith('{"level":"error"') && !line.startsWith('{"level":"fatal"')) continue;
      const { msg, reason, err } = JSON.parse(line) as { msg: string; reason?: string; err?: { message: string; stack: string } };
      found.add(`${name.split('-')[0]} logged: ${msg}: ${reason ?? err?.message ?? ''} ${err?.stack?.split('\n')[1]?.trim() ?? ''}`);
    }
  }
  return [...found];
};

const settings = { admitPerSecond: 40, activeLimit: 150, claimSeconds: 6, sessionSeconds: 12 };
/** Tickets of the shop's sale. */
const stock = 1_000_000;
/** The cheapest challenge there is. */
const entrance = { access: 'code', proofOfWork: 'on', proofOfWorkSeconds: limits.proofOfWorkSecondsMin } as const;

/** Visitors join, wait, buy and leave, operators cancel orders and check them in, and a shop redeems tickets, while processes crash and networks fail; at the end all is healed and counted. */
export const runChaos = async ({ seed, kills, seconds, people, say = () => {} }: ChaosOptions): Promise<ChaosReport> => {
  const { stack, proxies, stop } = await startFaultyStack();
  const redis = new Redis(stack.redisPort, '127.0.0.1', { maxRetriesPerRequest: null });
  redis.on('error', () => {});
  const saleId = `chaos_${seed}`;
  const gateId = `chaos_gate_${seed}`;
  const entranceId = `chaos_entrance_${seed}`;
  const saleIds = [saleId, gateId, entranceId];
  const startedAt = Date.now();
  const strikes: string[] = [];
  try {
    const operator = operatorAt(stack.gateways[0]);
    await valueOf('create', operator.create({ saleId, title: 'Chaos', stock, holdSeconds: 5, perVisitorLimit: 4, ...settings }));
    await valueOf(
      'create the gate',
      operator.create({ saleId: gateId, title: 'Gate', kind: 'gate', returnUrls: [gateReturnUrl], ...settings, sessionSeconds: 4 }),
    );
    await valueOf(
      'create the sale with an entrance',
      operator.create({ saleId: entranceId, title: 'Entrance', stock: 100_000, ...settings, admitPerSecond: 2, ...entrance }),
    );
    await valueOf('make codes', operator.makeCodes(entranceId, { codes: [...entranceCodes], uses: usesOfCode }));
    const random = createRandom(seed);
    const histories = { [saleId]: newHistory(), [gateId]: newHistory(), [entranceId]: newHistory() };
    const crowd = createCrowd(saleId, stack.gateways, histories[saleId]!, createRandom(seed + 1), shopVisits);
    const gateCrowd = createCrowd(gateId, stack.gateways, histories[gateId]!, createRandom(seed + 2), gateVisits);
    const entranceCrowd = createCrowd(entranceId, stack.gateways, histories[entranceId]!, createRandom(seed + 3), entranceVisits);
    const operators = createOrderOperators(saleId, stack.gateways, histories[saleId]!, createRandom(seed + 4));
    const nemesis = createNemesis(stack, proxies, () => redis, saleIds, random, { redisKills: true });
    const atGate = Math.ceil(people / 4);
    const atEntrance = Math.ceil(people / 8);
    crowd.start(Math.max(1, people - atGate - atEntrance));
    gateCrowd.start(atGate);
    entranceCrowd.start(atEntrance);
    operators.start(3);
    const killed = () => Object.values(nemesis.kills()).reduce((sum, count) => sum + count, 0);
    while (killed() < kills || Date.now() - startedAt < seconds * 1_000) {
      await new Promise((resolve) => setTimeout(resolve, random.between(100, 1_200)));
      const struck = await nemesis.strike();
      strikes.push(struck);
      say(`${String(Math.round((Date.now() - startedAt) / 1_000)).padStart(5)} s  ${String(killed()).padStart(3)} kills  ${struck}`);
    }
    await nemesis.heal();
    await Promise.all([crowd.stop(), gateCrowd.stop(), entranceCrowd.stop(), operators.stop()]);
    const faults: string[] = [];
    const figures: string[] = [];
    // Everybody inside has gone home: with their deadlines all slots and held tickets come back.
    for (const id of saleIds) await valueOf('close', operator.close(id));
    for (const [id, history] of Object.entries(histories)) {
      for (let tries = 0; (await redis.zcard(keys.active(id))) > 0 && tries < 300; tries += 1)
        await new Promise((resolve) => setTimeout(resolve, 100));
      const inside = await redis.zcard(keys.active(id));
      if (inside > 0) faults.push(`I7: ${inside} are still inside, long after their time`);
      const checked = await checkRun(redis, id, history);
      faults.push(...checked.faults.map((fault) => `${id}: ${fault}`));
      figures.push(`${id}: ${checked.figures}`);
    }
    const shop = histories[saleId]!;
    faults.push(...(await orderFaults(redis, saleId, stock, shop)));
    figures.push(`${saleId}: ${orderFigures(shop)}`);
    faults.push(...errorsLogged(stack));
    return { faults, figures: figures.join('\n'), strikes, kills: nemesis.kills(), seconds: Math.round((Date.now() - startedAt) / 1_000) };
  } finally {
    redis.disconnect();
    await stop();
  }
};
