import { setTimeout as pause } from 'node:timers/promises';
import { liveProtocolsOf, liveUrlOf } from '@sunbeon/client';
import { keys, saleKeys } from '@sunbeon/contracts';
import { WebSocket } from 'ws';
import { drawSteps } from '../../services/admission/src/draw/run-draw.ts';
import { writeDrawn } from '../../services/admission/src/scripts/write-drawn.ts';
import { writeRoster } from '../../services/admission/src/scripts/write-roster.ts';
import { drawScripts } from './draw-scripts.ts';
import { cpuSeconds, megabytes, metricOf, ms, quantile, rssBytes, valueOf, type Bench, type Row } from './lib.ts';
import { joinAll, newVisitors, tokensFor } from './line.ts';
import { drawTimes, fillLobby, sampling, untilDrawn } from './lobby.ts';

const limits = { drawMs: 20_000, scriptMs: 10, leaderBytes: 600 * 1_048_576, paceOff: 0.01 } as const;
const saleId = 'bench_draw';
const besideId = 'bench_beside';
const besidePace = 50;

type Slow = [id: number, atSeconds: number, us: number, command: string[]];

/** Time in Redis of each call of a script, or of a command, ms. */
const timesOf = (log: readonly Slow[], what: string): number[] =>
  log
    .filter(([, , , [command, first]]) => (/^evalsha$/i.test(command!) ? first : command!.toUpperCase()) === what)
    .map(([, , us]) => us / 1_000);

const scriptRow = (what: string, times: readonly number[]): Row => ({
  what: `${what}, time in Redis, p99.9 of ${times.length}`,
  measured: ms(quantile(times, 0.999)),
  reference: `p50 ${ms(quantile(times, 0.5))}, max ${ms(Math.max(...times))}`,
  ratio: ms(quantile(times, 0.999)),
  // Redis's clock counts what other processes take meanwhile: judged by the processor time of draw-scripts.ts.
  target: `≤ ${limits.scriptMs} ms on a machine that does nothing else`,
  met: null,
});

/** Pace of the other sale, and the delay of its ticks against its own second, between two times by Redis's clock. */
const besideBetween = async ({ redis }: Bench, fromMs: number, toMs: number) => {
  const admitted = (await redis.xrange(keys.events(besideId), '-', '+')).flatMap(([, [, type, , at, , data]]) =>
    type === 'admitted' && Number(at) >= fromMs && Number(at) <= toMs
      ? [{ at: Number(at), count: (JSON.parse(data!) as { visitors: string[] }).visitors.length }]
      : [],
  );
  const [first, last] = [admitted[0], admitted.at(-1)];
  if (!first || !last || first === last) throw new Error('the other sale admitted nobody');
  const offsets = admitted.map(({ at }, i) => at - first.at - i * 1_000);
  return {
    pace: admitted.slice(1).reduce((sum, { count }) => sum + count, 0) / ((last.at - first.at) / 1_000),
    lateMs: offsets.map((offset) => offset - Math.min(...offsets)),
  };
};

/** The draw of a large lobby while another sale admits, with a browser that hears its place: two admission services, one gateway. */
export const draw = async (bench: Bench, visitors: number, say: (text: string) => void): Promise<Row[]> => {
  const { redis, stack } = bench;
  const pidOf = (name: string): number => stack.processes.get(name)!.pid;
  const services = ['admission-0', 'admission-1', 'gateway-0'] as const;
  const rss = (): number[] => services.map((name) => rssBytes(pidOf(name)));
  const usedMemory = async (): Promise<number> => Number(/used_memory:(\d+)/.exec(await redis.info('memory'))![1]);
  // After a fork each page costs a fault when it is first written again: no rewrite of the log during the draw.
  await redis.config('SET', 'auto-aof-rewrite-percentage', '0');
  await bench.create(besideId, { admitPerSecond: besidePace });
  const crowd = await fillLobby(bench, saleId, visitors);
  say(`${visitors} in the lobby`);
  await joinAll(redis, besideId, newVisitors(besidePace * 120));
  const token = (await tokensFor(redis, saleId))(crowd[0]!, 0);
  let placedAt = Number.NaN;
  const browser = new WebSocket(liveUrlOf({ baseUrl: stack.gateways[0]! }, saleId), liveProtocolsOf(token));
  browser.on('message', (data: Buffer) => {
    if (Number.isNaN(placedAt) && data.includes('"state":"waiting"')) placedAt = Date.now();
  });
  await pause(5_000);

  const pids = [...services.map(pidOf), pidOf('redis')];
  const cpuBefore = pids.map(cpuSeconds);
  const [before, memoryBefore] = [rss(), await usedMemory()];
  const peak = [...before];
  let memoryPeak = memoryBefore;
  const watch = sampling(20, async () => {
    rss().forEach((bytes, i) => (peak[i] = Math.max(peak[i]!, bytes)));
    memoryPeak = Math.max(memoryPeak, await usedMemory());
  });
  await redis.config('SET', 'slowlog-log-slower-than', '0', 'slowlog-max-len', '1000000');
  await redis.call('SLOWLOG', 'RESET');
  valueOf('open', await bench.operator.open(saleId));
  await untilDrawn(bench, saleId);
  await redis.config('SET', 'slowlog-log-slower-than', '-1');
  await watch.stop();
  const cpu = pids.map((pid, i) => cpuSeconds(pid) - cpuBefore[i]!);
  const log = (await redis.call('SLOWLOG', 'GET', '-1')) as Slow[];
  await redis.call('SLOWLOG', 'RESET');
  await pause(10_000);
  browser.terminate();
  const [after, memoryAfter] = [rss(), await usedMemory()];

  const times = await drawTimes(bench, saleId);
  const steps = await Promise.all(
    ['admission-0', 'admission-1'].map((name) =>
      Promise.all(drawSteps.map((step) => metricOf(bench, name, 'sunbeon_draw_step_duration_seconds_sum', `step="${step}"`))),
    ),
  );
  const leader = steps[0]!.some((seconds) => seconds > 0) ? 0 : 1;
  const beside = await besideBetween(bench, times.closedAt - 1_000, times.drawnAt + 2_000);
  const tookMs = times.drawnAt - times.closedAt;
  const off = Math.abs(beside.pace / besidePace - 1);
  const memory = (name: string, i: number): string => `${name} ${megabytes(before[i]!)} → ${megabytes(peak[i]!)} → ${megabytes(after[i]!)}`;
  await redis.unlink(...saleKeys.map((name) => keys[name](saleId)));
  const scripts = await drawScripts(bench, visitors);
  return [
    {
      what: `draw of ${visitors}, from the end of the lobby to the last page`,
      measured: ms(tookMs),
      reference: `frozen after ${ms(times.frozenAt - times.closedAt)}, first page after ${ms(times.firstPageAt - times.closedAt)}`,
      ratio: `${(tookMs / 1_000).toFixed(1)} s`,
      target: '≤ 20 s',
      met: tookMs <= limits.drawMs,
    },
    {
      what: 'its steps',
      measured: drawSteps.map((step, i) => `${step} ${steps[leader]![i]!.toFixed(2)} s`).join(', '),
      reference: '',
      ratio: '',
      target: 'for information',
      met: null,
    },
    {
      what: 'its processor time, the other sale included',
      measured: `leader ${cpu[leader]!.toFixed(1)} s, Redis ${cpu[3]!.toFixed(1)} s, gateway ${cpu[2]!.toFixed(1)} s`,
      reference: '',
      ratio: `${((cpu[leader]! + cpu[2]! + cpu[3]!) / (visitors / 1e6)).toFixed(1)} s a million`,
      target: 'for information',
      met: null,
    },
    scriptRow('a page of the line (write-drawn)', timesOf(log, writeDrawn.sha)),
    scriptRow('a page of the roster (write-roster)', timesOf(log, writeRoster.sha)),
    scriptRow('a read of the lobby (ZSCAN)', timesOf(log, 'ZSCAN')),
    ...scripts,
    {
      what: 'memory of the process that draws: before → most → 10 s after',
      measured: memory('leader', leader),
      reference: `${memory('the other', 1 - leader)}, ${memory('gateway', 2)}`,
      ratio: megabytes(peak[leader]!),
      target: '≤ 600 MB, and back',
      met: peak[leader]! <= limits.leaderBytes && after[leader]! - before[leader]! < (peak[leader]! - before[leader]!) / 2,
    },
    {
      what: `pace of another sale meanwhile : ${besidePace} a second`,
      measured: `${beside.pace.toFixed(2)}/s`,
      reference: `${beside.lateMs.length} ticks, late by ${ms(quantile(beside.lateMs, 0.5))} (p50), ${ms(Math.max(...beside.lateMs))} (max)`,
      ratio: `${(off * 100).toFixed(2)} %`,
      target: '≤ 1 %',
      met: off <= limits.paceOff,
    },
    {
      what: 'memory of Redis: lobby → most → line, stream and roster',
      measured: `${megabytes(memoryBefore)} → ${megabytes(memoryPeak)} → ${megabytes(memoryAfter)}`,
      reference: '',
      ratio: `${((memoryPeak - memoryBefore) / visitors).toFixed(0)} bytes a visitor more`,
      target: 'for information',
      met: null,
    },
    {
      what: 'a connected browser has its place, after the last page',
      measured: ms(Math.max(0, placedAt - times.drawnAt)),
      reference: `${ms(placedAt - times.closedAt)} after the end of the lobby`,
      ratio: ms(Math.max(0, placedAt - times.drawnAt)),
      target: '≤ 5 s',
      met: placedAt - times.drawnAt <= 5_000,
    },
  ];
};
