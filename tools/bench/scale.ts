import { spawn } from 'node:child_process';
import { liveProtocolsOf, liveUrlOf } from '@sunbeon/client';
import { keys, limits, saleKeys } from '@sunbeon/contracts';
import { WebSocket } from 'ws';
import { createMirror, positionOf } from '../../services/gateway/src/live/stream/mirror.ts';
import { readMirror } from '../../services/gateway/src/scripts/read-mirror.ts';
import { readPlaces } from '../../services/queue/src/scripts/read-places.ts';
import { answerOf } from '../../tests/fixtures/sale.ts';
import { freePort, tokenSecret } from '../../tests/fixtures/stack.mjs';
import { megabytes, ms, root, times, type Bench, type Row } from './lib.ts';
import { ticksOf } from './ticks.ts';
import { admitNow, joinAll, leaveAll, newVisitors, tokensFor } from './line.ts';

/** Cost at one size of the line. */
export interface Size {
  waiting: number;
  joinUs: number;
  placeUs: number;
  tick50Ms: number;
  tick1000Ms: number;
  positionNs: number;
}

/** Microseconds of Redis for one call of a script, from its own statistics. */
const scriptUs = async (bench: Bench, calls: () => Promise<number>): Promise<number> => {
  await bench.redis.config('RESETSTAT');
  const items = await calls();
  const stats = await bench.commands();
  const usec = (stats.get('evalsha')?.usec ?? 0) + (stats.get('evalsha_ro')?.usec ?? 0) + (stats.get('eval')?.usec ?? 0);
  return usec / items;
};

/** Cost of a join, a place and a position at this size. The length of the line is the same afterwards. */
const costAt = async (bench: Bench, saleId: string, visitors: readonly string[]): Promise<Omit<Size, 'tick50Ms' | 'tick1000Ms'>> => {
  const { redis } = bench;
  const waiting = visitors.length;
  const joinUs = await scriptUs(bench, async () => {
    await joinAll(redis, saleId, newVisitors(2_560));
    return 2_560;
  });
  const placeUs = await scriptUs(bench, async () => {
    for (let i = 0; i < 2_560 / limits.batchItems; i += 1)
      await readPlaces.run(
        redis,
        saleId,
        Array.from({ length: limits.batchItems }, () => ({ visitor: visitors[Math.floor(Math.random() * visitors.length)]!, seq: 0 })),
      );
    return 2_560;
  });
  await admitNow(redis, saleId, 2_560);
  const mirror = createMirror(answerOf(await readMirror.run(redis, saleId, null)));
  const seqs = Array.from({ length: 100_000 }, () => mirror.frontier + 1 + Math.floor(Math.random() * waiting));
  const from = performance.now();
  let sum = 0;
  for (const seq of seqs) sum += positionOf(mirror, seq);
  const positionNs = ((performance.now() - from) * 1e6) / seqs.length;
  if (sum === 0) throw new Error('no positions');
  return { waiting, joinUs, placeUs, positionNs };
};

const memoryOf = async (bench: Bench, names: string[]): Promise<number> => {
  const sizes = await Promise.all(
    names.map(async (name) => Number((await bench.redis.call('MEMORY', 'USAGE', name, 'SAMPLES', '0')) ?? 0)),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
};

/** Starts a gateway: milliseconds from its start to the first `state` of a waiting visitor. */
const coldStart = async (bench: Bench, saleId: string, token: string): Promise<number> => {
  const [port, ops] = [await freePort(), await freePort()];
  const child = spawn(process.execPath, ['services/gateway/dist/main.js'], {
    cwd: root,
    stdio: 'ignore',
    env: {
      ...process.env,
      LOG_LEVEL: 'silent',
      REQUEST_LOG: 'off',
      LOG_ADDRESSES: 'off',
      REDIS_URL: bench.stack.redisUrl,
      TOKEN_SECRET: tokenSecret,
      PORT: String(port),
      OPS_PORT: String(ops),
      QUEUE_URL: bench.stack.api('queue-0'),
      ADMISSION_URL: bench.stack.api('admission-0'),
      PURCHASE_URL: bench.stack.api('purchase-0'),
    },
  });
  // Sockets of its own instead of `followPlace`, whose pauses between attempts are longer than what is measured.
  const url = liveUrlOf({ baseUrl: `http://127.0.0.1:${port}` }, saleId);
  const startedAt = performance.now();
  try {
    for (;;) {
      const told = await new Promise<boolean>((resolve) => {
        const socket = new WebSocket(url, liveProtocolsOf(token));
        socket.once('message', () => {
          socket.terminate();
          resolve(true);
        });
        socket.once('error', () => resolve(false));
      });
      if (told) return performance.now() - startedAt;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  } finally {
    child.kill('SIGKILL');
  }
};

/** Lines up to a million: exact positions, cost by size, memory. */
export const scale = async (bench: Bench, million: number, say: (text: string) => void): Promise<{ rows: Row[]; sizes: Size[] }> => {
  const { redis } = bench;
  // After a fork each page costs a fault when it is first written again: the ticks are measured between two rewrites of the log, not right after one.
  await redis.config('SET', 'auto-aof-rewrite-percentage', '0');
  const lines = [1_000, 10_000, 100_000, 1_000_000]
    .filter((waiting) => waiting <= million)
    .map((waiting) => ({ saleId: `bench_${waiting}`, visitors: newVisitors(waiting) }));
  const costs = [];
  for (const { saleId, visitors } of lines) {
    await bench.create(saleId);
    await joinAll(redis, saleId, visitors);
    costs.push(await costAt(bench, saleId, visitors));
    say(`${visitors.length} waiting`);
  }
  const saleIds = lines.map(({ saleId }) => saleId);
  const saleId = saleIds.at(-1)!;

  // Memory: all keys of this sale beside one ZSET of the same visitors.
  const bare = `bench:bare:{${saleId}}`;
  await redis.call('COPY', keys.queue(saleId), bare);
  const whole = await memoryOf(
    bench,
    saleKeys.map((name) => keys[name](saleId)),
  );
  const zset = await memoryOf(bench, [bare]);
  await redis.unlink(bare);

  say('ticks of 50');
  const ticks50 = await ticksOf(bench, saleIds, 50);
  say('ticks of 1,000');
  const ticks1000 = await ticksOf(bench, saleIds, 1_000);
  say(
    `late ticks left out: ${ticks50.map(({ late }) => late).join(', ')} of 50 and ${ticks1000.map(({ late }) => late).join(', ')} of 1,000`,
  );
  const sizes = costs.map((cost, i) => ({ ...cost, tick50Ms: ticks50[i]!.redisMs, tick1000Ms: ticks1000[i]!.redisMs }));

  // One in ten leaves, then ten thousand positions at the same event.
  const line = await redis.zrange(keys.queue(saleId), '0', '-1');
  await leaveAll(
    redis,
    saleId,
    line.filter((_, i) => i % 10 === 3),
  );
  const mirror = createMirror(answerOf(await readMirror.run(redis, saleId, null)));
  const sample = await redis.zrandmember(keys.queue(saleId), -10_000);
  const ranks = (await redis
    .pipeline(
      sample.flatMap((visitor) => [
        ['zrank', keys.queue(saleId), visitor],
        ['zscore', keys.queue(saleId), visitor],
      ]),
    )
    .exec())!;
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
      {
        what: `positions at ${largest.waiting} with 10 % leftSeqs : ZRANK + 1`,
        measured: `${wrong} of ${compared} differ`,
        reference: 'ZRANK',
        ratio: String(wrong),
        target: '0',
        met: wrong === 0 && compared === 10_000,
      },
      {
        what: 'a gateway that starts then: to the first state',
        measured: ms(startMs),
        reference: '',
        ratio: ms(startMs),
        target: '≤ 3 s',
        met: startMs <= 3_000,
      },
      {
        what: 'its mirror',
        measured: megabytes(mirror.leftSeqs.bytes()),
        reference: '',
        ratio: megabytes(mirror.leftSeqs.bytes()),
        target: '< 4 MB',
        met: mirror.leftSeqs.bytes() < 4 * 1_048_576,
      },
      ...[
        { count: '50', ticks: ticks50 },
        { count: '1,000', ticks: ticks1000 },
      ].flatMap(({ count, ticks }): Row[] => {
        const [short, long] = [ticks[0]!, ticks.at(-1)!];
        return [
          {
            what: `a tick of ${count} admissions at ${largest.waiting} : at ${first.waiting} waiting`,
            measured: ms(long.tookMs),
            reference: ms(short.tookMs),
            ratio: times(long.tookMs / short.tookMs),
            target: '≤ 1.3 ×',
            met: long.tookMs / short.tookMs <= 1.3,
          },
          {
            what: `Redis's part of a tick of ${count}`,
            measured: ms(long.redisMs),
            reference: ms(short.redisMs),
            ratio: times(long.redisMs / short.redisMs),
            target: 'for information; the target is that of the whole tick',
            met: null,
          },
        ];
      }),
      {
        what: `memory of ${largest.waiting} waiting, all keys : the bare ZSET`,
        measured: megabytes(whole),
        reference: megabytes(zset),
        ratio: times(whole / zset),
        target: '≤ 1.6 ×',
        met: whole / zset <= 1.6,
      },
    ],
  };
};
