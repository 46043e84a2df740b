import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { liveUrlOf } from '@sunbeon/client';
import { keys } from '@sunbeon/contracts';
import { freePort } from '../../tests/fixtures/stack.mjs';
import { blast, cpuSeconds, ms, root, rssBytes, startNaive, times, valueOf, type Bench, type Row } from './lib.ts';
import { joinAll, newVisitors, tokensFor } from './line.ts';
import type { SocketJob, SocketMessage } from './socket-crowd.ts';

const typescript = ['--conditions=development', '--import', 'tsx'];
const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
const heard = async <S extends SocketMessage['say']>(child: ChildProcess, say: S): Promise<Extract<SocketMessage, { say: S }>> => {
  for (;;) {
    const [message] = (await once(child, 'message')) as [SocketMessage];
    if (message.say === say) return message as Extract<SocketMessage, { say: S }>;
  }
};

type Opened = Extract<SocketMessage, { say: 'open' }>;
/** Of figures from another process; a figure without a measurement is null. */
const worst = (values: (number | null)[]): number => Math.max(...values.map((value) => value ?? Infinity));

/** Live streams, one process per job; `during` runs while all are open. */
const withSockets = async <T>(jobs: SocketJob[], during: (crowds: ChildProcess[], opened: Opened[]) => Promise<T>): Promise<T> => {
  const crowds = jobs.map(() => fork(join(root, 'tools/bench/socket-crowd.ts'), { execArgv: typescript }));
  try {
    const opened = await Promise.all(
      crowds.map((crowd, i) => {
        const answer = heard(crowd, 'open');
        crowd.send(jobs[i]!);
        return answer;
      }),
    );
    const failed = opened.filter((some) => some.failed > 0);
    if (failed.length > 0) throw new Error(failed.map((some) => `${some.failed} sockets failed: ${some.failures.join(', ')}`).join('; '));
    return await during(crowds, opened);
  } finally {
    for (const crowd of crowds) crowd.kill('SIGKILL');
  }
};

/** Bytes per socket of a server that only keeps sockets. */
const bareSocketBytes = async (sockets: number): Promise<number> => {
  const port = await freePort();
  const server = spawn(process.execPath, [...typescript, join(root, 'tools/bench/bare-ws.ts')], {
    env: { ...process.env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(server.stdout, 'data');
  const before = rssBytes(server.pid!);
  try {
    return await withSockets(
      [{ url: `ws://127.0.0.1:${port}`, tokens: Array.from({ length: sockets }, () => 'x'), perSecond: 500 }],
      async () => (rssBytes(server.pid!) - before) / sockets,
    );
  } finally {
    server.kill('SIGKILL');
  }
};

/**
 * Waiting on WebSocket: processor time, latency of frames, memory; beside a naive server that is polled. All sockets on one gateway, up to `perProcess`;
 * further ones on the next.
 */
export const waiting = async (
  bench: Bench,
  { sockets, seconds, perProcess = sockets }: { sockets: number; seconds: number; perProcess?: number },
): Promise<Row[]> => {
  const { stack, redis } = bench;
  const saleId = `bench_waiting_${sockets}`;
  const pace = 50;
  await bench.create(saleId, { admitPerSecond: 0.001 });
  const visitors = newVisitors(sockets + pace * (seconds + 30));
  await joinAll(redis, saleId, visitors);
  const sign = await tokensFor(redis, saleId);
  // Streams of visitors at the end and at the front of the line: some are admitted during the measurement.
  const tokens = visitors.map((visitor, i) => sign(visitor, i + 1)).slice(0, sockets);
  const all = [...stack.processes.values()].map(({ pid }) => pid);
  const gateways = stack.gateways.map((_, i) => stack.processes.get(`gateway-${i}`)!.pid);
  const total = (pids: number[]): number => pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  const rss = (): number => gateways.reduce((sum, pid) => sum + rssBytes(pid), 0);
  const idleRss = rss();
  const jobs = stack.gateways.map((url, i): SocketJob => {
    const own = tokens.slice(i * perProcess, (i + 1) * perProcess);
    return {
      url: liveUrlOf({ baseUrl: url }, saleId),
      tokens: own,
      perSecond: Math.max(1, Math.round((500 * own.length) / sockets)),
    };
  });

  if (jobs.reduce((sum, job) => sum + job.tokens.length, 0) !== sockets)
    throw new Error(`${stack.gateways.length} gateways of ${perProcess} cannot take ${sockets} sockets`);

  const ours = await withSockets(jobs, async (crowds, opened) => {
    const perSocket = (rss() - idleRss) / sockets;
    valueOf('change', await bench.operator.change(saleId, { admitPerSecond: pace }));
    await pause(3_000);
    await redis.config('RESETSTAT');
    const cpu = total(all);
    await pause(seconds * 1_000);
    const used = total(all) - cpu;
    const commands = [...(await bench.commands()).values()].reduce((sum, { calls }) => sum + calls, 0);
    const ranAt = Object.fromEntries(
      (await redis.xrange(keys.events(saleId), '-', '+')).map(([id, fields]) => [id, Number(fields[fields.indexOf('at') + 1])]),
    );
    const told = await Promise.all(
      crowds.map((crowd) => {
        const answer = heard(crowd, 'heard');
        crowd.send({ ask: 'heard', at: ranAt });
        return answer;
      }),
    );
    return {
      perSocket,
      used,
      commands,
      stateP95: worst(opened.map(({ stateP95 }) => stateP95)),
      told: told.filter(({ admitted }) => admitted > 0),
    };
  });
  await redis.unlink(keys.queue(saleId));
  const few = await quietCommands(bench, seconds);
  const naive = await naiveCost(bench, sockets, seconds);
  const bare = await bareSocketBytes(Math.min(sockets, perProcess));
  const admitted = ours.told.reduce((sum, some) => sum + some.admitted, 0);
  const admittedP99 = worst(ours.told.map((some) => some.admittedP99));
  // One process cannot serve all polls: extrapolated to all.
  const naiveUsed = naive.used * Math.max(1, sockets / 2 / naive.perSecond);
  const those = `${sockets} sockets${perProcess < sockets ? ` (${perProcess} on one gateway)` : ''}`;
  return [
    {
      what: `Redis commands in ${seconds} s, ${sockets} on WebSocket : 100 on WebSocket`,
      measured: String(ours.commands),
      reference: String(few),
      ratio: times(ours.commands / few),
      target: 'does not grow with visitors (≤ 1.5 ×)',
      met: ours.commands / few <= 1.5,
    },
    {
      what: `processor time in ${seconds} s, ${sockets} waiting : naive server polled every 2 s`,
      measured: `${ours.used.toFixed(1)} s`,
      reference: `${naiveUsed.toFixed(1)} s (it answered ${Math.round(naive.perSecond)} of ${sockets / 2} polls/s in ${naive.used.toFixed(1)} s)`,
      ratio: `1/${(naiveUsed / ours.used).toFixed(1)}`,
      target: '≤ 1/20',
      met: naiveUsed / ours.used >= 20,
    },
    {
      what: `first state, ${those} opened at 500/s, p95`,
      measured: ms(ours.stateP95),
      reference: '',
      ratio: ms(ours.stateP95),
      target: '< 1 s',
      met: ours.stateP95 < 1_000,
    },
    {
      what: `admitted at the browser after its script, p99 of ${admitted}`,
      measured: ms(admittedP99),
      reference: `p50 ${ms(worst(ours.told.map(({ admittedP50 }) => admittedP50)))}`,
      ratio: ms(admittedP99),
      target: '≤ 250 ms',
      met: admitted > 0 && admittedP99 <= 250,
    },
    {
      what: `memory of a socket, ${those} : bare ws server`,
      measured: `${(ours.perSocket / 1_024).toFixed(1)} KB`,
      reference: `${(bare / 1_024).toFixed(1)} KB`,
      ratio: times(ours.perSocket / bare),
      target: '≤ 2.5 ×',
      met: ours.perSocket / bare <= 2.5,
    },
  ];
};

/** The same minute with few visitors: the base load. */
const quietCommands = async (bench: Bench, seconds: number): Promise<number> => {
  const saleId = 'bench_waiting_few';
  await bench.create(saleId, { admitPerSecond: 50 });
  await bench.redis.hset(keys.sale(saleId), 'status', 'paused');
  const visitors = newVisitors(50 * (seconds + 10));
  await joinAll(bench.redis, saleId, visitors);
  const sign = await tokensFor(bench.redis, saleId);
  const tokens = visitors.map((visitor, i) => sign(visitor, i + 1)).slice(-100);
  const url = liveUrlOf({ baseUrl: bench.stack.gateways[0]! }, saleId);
  return await withSockets([{ url, tokens, perSecond: 500 }], async () => {
    await bench.redis.hset(keys.sale(saleId), 'status', 'open');
    await pause(3_000);
    await bench.redis.config('RESETSTAT');
    await pause(seconds * 1_000);
    const calls = [...(await bench.commands()).values()].reduce((sum, { calls: count }) => sum + count, 0);
    await bench.redis.unlink(keys.queue(saleId));
    return calls;
  });
};

/** Processor time of the naive server and Redis while as many visitors poll every two seconds. */
const naiveCost = async (bench: Bench, people: number, seconds: number): Promise<{ used: number; perSecond: number }> => {
  const naive = await startNaive(bench, 50);
  const ids = newVisitors(people);
  for (let from = 0; from < ids.length; from += 1_000)
    await bench.redis.zadd('naive:queue', ...ids.slice(from, from + 1_000).flatMap((id, i) => [String(Date.now() + from + i), id]));
  const pids = [naive.child.pid!, bench.stack.processes.get('redis')!.pid];
  const total = (): number => pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  const before = total();
  const requests = ids.slice(-2_000).map((id) => `GET /queue/${id} HTTP/1.1\r\nhost: bench\r\n\r\n`);
  const { perSecond } = await blast({ port: naive.port, connections: 200, seconds, rate: people / 2, requests });
  const used = total() - before;
  await naive.stop();
  return { used, perSecond };
};
