import { setTimeout as pause } from 'node:timers/promises';
import { commandConnection } from '@sunbeon/runtime';
import { startProxy, type FaultProxy } from '../chaos/proxy.ts';
import { until } from '../fixtures/sale.ts';
import { startStack } from '../fixtures/stack.mjs';
import { startCluster, startSentinel } from '../fixtures/topologies.mjs';
import { saleUnderLoad, startLoad } from './load.ts';
import { startRedeeming } from './redeem-load.ts';

export type TopologyName = 'sentinel' | 'cluster';
/** All replicas that may be promoted: two behind Sentinel, one for each master of the Cluster. */
export const allReplicas = { sentinel: 'replicas:2', cluster: 'replicas:1' } as const;

export interface FailOvers {
  topology: TopologyName;
  durability: string;
  /** Every second one is a freeze, the others are `kill -9`. */
  faults: number;
  /** Joins and purchases that are acknowledged between two faults, each. */
  between?: number;
  say?: (line: string) => void;
}

/** One way between a master and a replica, ms (times 0.5 to 1.5). A kill drops what is on the way, as the loss of a host does. */
export const linkMs = 50;
/** Shortest freeze, ms; it lasts until there is another master. */
const freezeMs = 6_000;
/** A replica introduces itself; a client never does. */
const isReplica = (data: Buffer): boolean => data.includes('REPLCONF');

/** Strikes the master of one sale again and again, under load, with slow replicas; counts what was acknowledged and is lost at the end. */
export const failOvers = async ({ topology, durability, faults, between = 50, say = () => {} }: FailOvers) => {
  const proxies: FaultProxy[] = [];
  const front = async (port: number): Promise<number> => {
    const proxy = await startProxy(port, { slows: isReplica });
    proxy.set({ delayMs: linkMs });
    proxies.push(proxy);
    return proxy.port;
  };
  const redis = await (topology === 'sentinel' ? startSentinel : startCluster)({ front });
  const stack = await startStack({ redisUrl: redis.url, env: { DURABILITY: durability }, instances: { queue: 2, purchase: 2 } });
  process.env['TEST_GATEWAYS'] = stack.gateways.join(',');
  const saleId = await saleUnderLoad();
  const load = startLoad(saleId, { joiners: 24, buyers: 24, holders: 3 });
  const gate = await startRedeeming(stack.gateways, 6);
  const peopleGoOn = async (): Promise<void> => {
    const fromMs = Date.now();
    const enough = () => load.since('join', fromMs) >= between && load.since('buy', fromMs) >= between;
    await until('people join and buy', enough, 120_000);
  };
  const struck = { kill: 0, freeze: 0 };
  try {
    for (let i = 0; i < faults; i += 1) {
      await peopleGoOn();
      const { name, port } = await redis.masterOf(saleId);
      const fault = i % 2 === 0 ? 'kill' : 'freeze';
      struck[fault] += 1;
      const startedMs = Date.now();
      const another = () => until('another master', async () => (await redis.masterOf(saleId).catch(() => null))?.port !== port, 60_000);
      if (fault === 'kill') {
        await redis.kill(name);
        await another();
        await redis.restart(name);
      } else {
        // A busy machine may take longer to replace it than it would be frozen.
        const { child } = redis.nodes.get(name)!;
        child.kill('SIGSTOP');
        await Promise.all([pause(freezeMs), another()]);
        child.kill('SIGCONT');
      }
      await redis.settled(120_000);
      say(
        `${topology} ${durability}: ${fault} ${i + 1} of ${faults}, ${((Date.now() - startedMs) / 1_000).toFixed(0)} s, ${load.acked.size} purchases`,
      );
    }
    await peopleGoOn();
    await Promise.all([load.stop(), gate.stop()]);
    await redis.settled(120_000);
    const reader = commandConnection(redis.url);
    reader.on('error', () => {});
    await reader.connect();
    const { acked, lost, joinsLost, twice } = await load.compare(reader);
    reader.disconnect();
    return {
      struck,
      purchases: acked,
      purchasesLost: lost.length,
      joins: load.joined(),
      joinsLost: joinsLost.length,
      twice,
      holds: load.holds.acked,
      holdsLost: load.holds.lost.length,
      passes: gate.acked.size,
      passesLost: (await gate.lost()).length,
      unknown: load.count.unknown,
    };
  } finally {
    await Promise.all([load.stop(), gate.stop()]);
    await stack.stop();
    await redis.stop();
    await Promise.all(proxies.map((proxy) => proxy.stop()));
  }
};
export type FailOverResult = Awaited<ReturnType<typeof failOvers>>;
