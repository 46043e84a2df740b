import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startRedis, until } from '../../tests/fixtures/stack.mjs';
import { batchOfOne } from './joins.ts';
import { connections, inTurn, ms, rate, times, type Bench, type Row } from './lib.ts';
import { admitNow, joinAll, newVisitors, tokensFor } from './line.ts';
import { throughput, type ThroughputJob } from './wrk.ts';

/** Of two instances the second one waits for the replica. */
export const twoDurabilities = (name: string): Record<string, string> => (name.endsWith('-1') ? { DURABILITY: 'replicas:1' } : {});

/** A replica of the Redis of a bench, in step. */
const startReplica = async (bench: Bench) => {
  const folder = mkdtempSync(join(tmpdir(), 'sunbeon-replica-'));
  const { child } = await startRedis(folder, await freePort(), {
    args: ['--replicaof', `127.0.0.1 ${bench.stack.redisPort}`, '--repl-diskless-sync-delay', '0'],
  });
  await until('the replica', async () => (await bench.redis.wait(1, 100)) === 1);
  return {
    stop: () => {
      child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** The price of DURABILITY: joins and purchases by two instances of the same services, on one Redis with a replica, whose link costs nothing here. */
export const durability = async (bench: Bench, { seconds, buyers }: { seconds: number; buyers: number }): Promise<Row[]> => {
  const replica = await startReplica(bench);
  const portOf = (service: 'queue' | 'purchase', waits: boolean): number => bench.stack.ports[`${service}-${waits ? 1 : 0}`]!.api;
  const rows: Row[] = [];
  const compare = async (what: string, crowd: number, job: (waits: boolean) => Pick<ThroughputJob, 'port' | 'requests'>): Promise<void> => {
    const load = (waits: boolean) => () => throughput({ ...job(waits), connections: crowd, seconds });
    const [waiting, local] = (await inTurn([load(true), load(false)])) as [number, number];
    const show = crowd === 1 ? (perSecond: number) => ms(1_000 / perSecond) : rate;
    rows.push({ what, measured: show(waiting), reference: show(local), ratio: times(waiting / local), target: 'the price', met: null });
  };

  await bench.create('bench_durable');
  const joins = [batchOfOne('join', { saleId: 'bench_durable' })];
  for (const crowd of [connections, 1])
    await compare(`joins of ${crowd} at once, replicas:1 : local`, crowd, (waits) => ({ port: portOf('queue', waits), requests: joins }));

  // Each purchase is made once: three rounds of two instances.
  const saleId = 'bench_durable_shop';
  await bench.create(saleId);
  const visitors = newVisitors(6 * buyers);
  await joinAll(bench.redis, saleId, visitors);
  await admitNow(bench.redis, saleId, visitors.length);
  const sign = await tokensFor(bench.redis, saleId);
  const requests = visitors.map((visitor, i) =>
    batchOfOne('purchase', { saleId, token: sign(visitor, i + 1), idempotencyKey: 'k', quantity: 1 }),
  );
  let used = 0;
  await compare(`purchases of ${connections} at once, replicas:1 : local`, connections, (waits) => ({
    port: portOf('purchase', waits),
    requests: requests.slice(used, (used += buyers)),
  }));
  replica.stop();
  return rows;
};
