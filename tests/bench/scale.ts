import { spawn } from 'node:child_process';
import { keys, limits, saleKeys } from '@sunbeon/contracts';
import { WebSocket } from 'ws';
import { createMirror, positionOf } from '../../services/gateway/src/live/mirror.ts';
import { readMirror } from '../../services/gateway/src/scripts/read-mirror.ts';
import { readPlaces } from '../../services/queue/src/scripts/read-places.ts';
import { freePort, tokenSecret } from '../fixtures/stack.mjs';
import { megabytes, ms, root, times, type Bench, type Row } from './lib.ts';
import { admitNow, joinAll, leaveAll, newVisitors, tokensFor } from './line.ts';

/** Cost at one size of the line. */
export interface Size { waiting: number; joinUs: number; placeUs: number; tick50Ms: number; tick1000Ms: number; positionNs: number }

/** Microseconds of Redis for one call of a script, from its own statistics. */
const scriptUs = async (bench: Bench, calls: () => Promise<number>): Promise<number> => {
  await bench.redis.config('RESETSTAT');
  const items = await calls();
  const stats = await bench.commands();
  const usec = (stats.get('evalsha')?.usec ?? 0) + (stats.get('evalsha_ro')?.usec ?? 0) + (stats.get('eval')?.usec ?? 0);
  return usec / items;
};
const median = (values: number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
const beatMs = async (bench: Bench, saleId: string, count: number): Promise<number> => (await scriptUs(bench, async () => { await admitNow(bench.redis, saleId, count); return 1; })) / 1_000;

/** The cost of a join, a place, a beat and a position at this size; leaves the line a little shorter. */
const costAt = async (bench: Bench, saleId: string, visitors: readonly string[], waiting: number): Promise<Size> => {
  const { redis } = bench;
  const joinUs = await scriptUs(bench, async () => { await joinAll(redis, saleId, newVisitors(2_560)); return 2_560; });
  const placeUs = await scriptUs(bench, async () => {
    for (let i = 0; i < 2_560 / limits.batchItems; i += 1) await readPlaces.run(redis, saleId, Array.from({ length: limits.batchItems }, () => visitors[Math.floor(Math.random() * visitors.length)]!));
    return 2_560;
  });
  const tick = async (count: number): Promise<number> => {
    const took: number[] = [];
    for (let i = 0; i < 5; i += 1) took.push(await beatMs(bench, saleId, count));
    return median(took);
  };
  const small = waiting < 10_000;
  const tick50Ms = small ? await tickOn(bench, 50) : await tick(50);
  const tick1000Ms = small ? await tickOn(bench, 1_000) : await tick(1_000);
  const mirror = createMirror((await readMirror.run(redis, saleId, null))!);
  const seqs = Array.from({ length: 100_000 }, () => mirror.frontier + 1 + Math.floor(Math.random() * waiting));
  const from = performance.now();
  let sum = 0;
  for (const seq of seqs) sum += positionOf(mirror, seq);
  const positionNs = ((performance.now() - from) * 1e6) / seqs.length;
  if (sum === 0) throw new Error('no positions');
  return { waiting, joinUs, placeUs, tick50Ms, tick1000Ms, positionNs };
};

let extra = 0;
/** A beat on lines of their own, for sizes that a few beats would use up. */
const tickOn = async (bench: Bench, count: number): Promise<number> => {
  const took: number[] = [];
  for (let i = 0; i < 5; i += 1) {
    const saleId = `bench_tick_${(extra += 1)}`;
    await bench.create(saleId);
    await joinAll(bench.redis, saleId, newVisitors(1_024));
    took.push(await beatMs(bench, saleId, count));
  }
  return median(took);
};

/** Joins and places of a busy second. */
const busySecond = 5_120;
/**
 * Beats as they are in service: a second of joins (of another sale) and places (of the long line) goes through Redis before each, so that neither
 * line lies ready in the processor's cache. Both lines in turn; milliseconds of the short and of the long one.
 */
const busyBeats = async (bench: Bench, [short, long, other]: readonly [string, string, string], visitors: readonly string[], count: number): Promise<[number, number]> => {
  const { redis } = bench;
  const lines = [{ saleId: short, took: [] as number[] }, { saleId: long, took: [] as number[] }] as const;
  await redis.unlink(keys.active(short), keys.active(long));
  for (let i = 0; i < 9; i += 1) {
    for (const { saleId, took } of lines) {
      await joinAll(redis, other, newVisitors(busySecond));
      for (let read = 0; read < busySecond; read += limits.batchItems) await readPlaces.run(redis, long, Array.from({ length: limits.batchItems }, () => visitors[Math.floor(Math.random() * visitors.length)]!));
      took.push(await beatMs(bench, saleId, count));
      await joinAll(redis, saleId, newVisitors(count));
    }
  }
  return [median(lines[0].took), median(lines[1].took)];
};

const memoryOf = async (bench: Bench, names: string[]): Promise<number> => {
  const sizes = await Promise.all(names.map(async (name) => Number((await bench.redis.call('MEMORY', 'USAGE', name, 'SAMPLES', '0')) ?? 0)));
  return sizes.reduce((sum, size) => sum + size, 0);
};

/** A gateway that starts now: milliseconds from its start to the first `state` of somebody who waits. */
const coldStart = async (bench: Bench, saleId: string, token: string): Promise<number> => {
  const [port, ops] = [await freePort(), await freePort()];
  const child = spawn(process.execPath, ['services/gateway/dist/main.js'], {
    cwd: root, stdio: 'ignore',
    env: { ...process.env, LOG_LEVEL: 'silent', REDIS_URL: bench.stack.redisUrl, TOKEN_SECRET: tokenSecret, PORT: String(port), OPS_PORT: String(ops), QUEUE_URL: bench.stack.api('queue-0'), ADMISSION_URL: bench.stack.api('admission-0'), PURCHASE_URL: bench.stack.api('purchase-0') },
  });
  const startedAt = performance.now();
  try {
    for (;;) {
      const told = await new Promise<boolean>((resolve) => {
        const socket = new WebSocket(`ws://127.0.0.1:${port}/api/sales/${saleId}/live`, ['sunbeon.v1', `bearer.${token}`]);
        socket.once('message', () => { socket.terminate(); resolve(true); });
        socket.once('error', () => resolve(false));
      });
      if (told) return performance.now() - startedAt;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  } finally {
    child.kill('SIGKILL');
  }
};

/** A line that grows to a million: exact positions, cost by size, memory. */
export const scale = async (bench: Bench, million: number, say: (text: string) => void): Promise<{ rows: Row[]; sizes: Size[] }> => {
  const { redis } = bench;
  const saleId = 'bench_scale';
  await bench.create(saleId);
  const visitors = newVisitors(million);
  const sizes: Size[] = [];
  let joined = 0;
  for (const size of [1_000, 10_000, 100_000, 1_000_000].filter((waiting) => waiting <= million)) {
    await joinAll(redis, saleId, visitors.slice(joined, size));
    joined = size;
    sizes.push(await costAt(bench, saleId, visitors.slice(0, size), size));
    say(`${size} waiting`);
  }

  // Memory: everything of this sale beside a bare ZSET of the same people.
  const bare = 'bench:bare';
  await redis.call('COPY', keys.queue(saleId), `${bare}:{${saleId}}`);
  const whole = await memoryOf(bench, saleKeys.map((name) => keys[name](saleId)));
  const zset = await memoryOf(bench, [`${bare}:{${saleId}}`]);
  await redis.unlink(`${bare}:{${saleId}}`);

  const lines = ['bench_scale_short', saleId, 'bench_scale_other'] as const;
  for (const other of [lines[0], lines[2]]) await bench.create(other);
  await joinAll(redis, lines[0], newVisitors(1_000));
  const busy50 = await busyBeats(bench, lines, visitors, 50);
  const busy1000 = await busyBeats(bench, lines, visitors, 1_000);

  // One in ten leaves, then ten thousand positions at the same event.
  const line = await redis.zrange(keys.queue(saleId), '0', '-1');
  await leaveAll(redis, saleId, line.filter((_, i) => i % 10 === 3));
  const mirror = createMirror((await readMirror.run(redis, saleId, null))!);
  const sample = await redis.zrandmember(keys.queue(saleId), -10_000);
  const ranks = (await redis.pipeline(sample.flatMap((visitor) => [['zrank', keys.queue(saleId), visitor], ['zscore', keys.queue(saleId), visitor]])).exec())!;
  let wrong = 0;
  let compared = 0;
  for (let i = 0; i < sample.length; i += 1) {
    const [rank, seq] = [ranks[2 * i]![1], ranks[2 * i + 1]![1]] as [number | null, string | null];
    if (rank === null || seq === null) continue;
    compared += 1;
    if (positionOf(mirror, Number(seq)) !== rank + 1) wrong += 1;
  }
  const last = (await redis.zrange(keys.queue(saleId), '-1', '-1'))[0]!;
  const sign = await tokensFor(redis, saleId);
  const startMs = await coldStart(bench, saleId, sign(last, Number(await redis.zscore(keys.queue(saleId), last))));
  const [first, largest] = [sizes[0]!, sizes.at(-1)!];
  await redis.unlink(...saleKeys.map((name) => keys[name](saleId)));
  return {
    sizes,
    rows: [
      { what: `positions at ${largest.waiting} with 10 % departures : ZRANK + 1`, measured: `${wrong} of ${compared} differ`, reference: 'ZRANK', ratio: String(wrong), target: '0', met: wrong === 0 && compared === 10_000 },
      { what: 'a gateway that starts then: to the first state', measured: ms(startMs), reference: '', ratio: ms(startMs), target: '≤ 3 s', met: startMs <= 3_000 },
      { what: 'its mirror', measured: megabytes(mirror.departures.bytes()), reference: '', ratio: megabytes(mirror.departures.bytes()), target: '< 4 MB', met: mirror.departures.bytes() < 4 * 1_048_576 },
      { what: `50 admissions at ${largest.waiting} : at ${first.waiting} waiting`, measured: ms(largest.tick50Ms), reference: ms(first.tick50Ms), ratio: times(largest.tick50Ms / first.tick50Ms), target: '≤ 1.3 ×', met: largest.tick50Ms / first.tick50Ms <= 1.3 },
      { what: `1,000 admissions at ${largest.waiting} : at ${first.waiting} waiting`, measured: ms(largest.tick1000Ms), reference: ms(first.tick1000Ms), ratio: times(largest.tick1000Ms / first.tick1000Ms), target: '≤ 1.3 ×', met: largest.tick1000Ms / first.tick1000Ms <= 1.3 },
      ...[{ count: '50', busy: busy50 }, { count: '1,000', busy: busy1000 }].map(({ count, busy: [shortMs, longMs] }): Row => (
        { what: `${count} admissions at ${largest.waiting} : at ${first.waiting} waiting, after ${busySecond.toLocaleString('en-US')} joins and as many places each`, measured: ms(longMs), reference: ms(shortMs), ratio: times(longMs / shortMs), target: '≤ 1.3 ×', met: longMs / shortMs <= 1.3 })),
      { what: `memory of ${largest.waiting} waiting, all keys : the bare ZSET`, measured: megabytes(whole), reference: megabytes(zset), ratio: times(whole / zset), target: '≤ 1.6 ×', met: whole / zset <= 1.6 },
    ],
  };
};
