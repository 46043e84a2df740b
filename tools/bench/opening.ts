import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { cpuSeconds, metricOf, ms, quantile, root, valueOf, type Bench, type Row } from './lib.ts';
import { tokensFor } from './line.ts';
import { drawTimes, fillLobby, sampling, timeIn, untilDrawn } from './lobby.ts';
import type { CrowdJob, CrowdReport } from './opening-crowd.ts';

export interface OpeningSize {
  sockets: number;
  pollers: number;
  /** Most sockets of one gateway. */
  perProcess: number;
  renewMs: number;
}

const saleId = 'bench_opening';
/** The ten seconds around the opening: this long before it, and the rest after. */
const aroundMs = { before: 2_000, after: 8_000 } as const;
const withinMs = 5_000;

const startCrowd = (): ChildProcess =>
  fork(join(root, 'tools/bench/opening-crowd.ts'), { execArgv: ['--conditions=development', '--import', 'tsx'] });
const ask = async <T>(crowd: ChildProcess, message: CrowdJob | 'report'): Promise<T> => {
  crowd.send(message);
  return ((await once(crowd, 'message')) as [T])[0];
};

/** Latency of small requests to a gateway's own port every 20 ms: how long its event loop was busy. */
const loopDelays = (bench: Bench): { delays: number[]; stop: () => Promise<void> } => {
  const delays: number[] = [];
  const { stop } = sampling(20, async () => {
    const from = performance.now();
    await (await fetch(`${bench.stack.ops('gateway-0')}/healthz`)).text();
    delays.push(performance.now() - from);
  });
  return { delays, stop };
};

const placesRow = (who: string, sinceMs: number[], drawnMs: number, count: number): Row => {
  const after = sinceMs.map((since) => Math.max(0, since - drawnMs));
  const all = [0.5, 0.99, 1].map((q) => ms(quantile(sinceMs, q))).join(', ');
  const worst = sinceMs.length < count ? Infinity : Math.max(...after);
  return {
    what: `${who} at the opening: the place, after the last page; p50, p99, max of ${sinceMs.length}`,
    measured: [0.5, 0.99, 1].map((q) => ms(quantile(after, q))).join(', '),
    reference: `after opensAt ${all}; the draw took ${ms(drawnMs)}`,
    ratio: ms(worst),
    target: `≤ ${withinMs / 1_000} s`,
    met: worst <= withinMs,
  };
};

/** The commonest failure, so that a missed target says why. */
const firstOf = (failures: readonly string[]): string => {
  const counts = new Map<string, number>();
  for (const text of failures) counts.set(text, (counts.get(text) ?? 0) + 1);
  const [text] = [...counts].sort(([, a], [, b]) => b - a)[0] ?? [];
  return text === undefined ? '' : ` (${counts.get(text)} × ${text})`;
};

/** A crowd on sockets, and pollers, in the lobby when it ends: times until everybody has a place, and what it costs the gateways. */
export const opening = async (bench: Bench, { sockets, pollers, perProcess, renewMs }: OpeningSize): Promise<Row[]> => {
  const { stack, redis } = bench;
  const visitors = await fillLobby(bench, saleId, sockets + pollers, { admitPerSecond: 1 });
  const sign = await tokensFor(redis, saleId);
  const tokens = visitors.map((visitor) => sign(visitor, 0));
  const jobs = stack.gateways.map((baseUrl, i): CrowdJob => {
    const own = tokens.slice(i * perProcess, Math.min(sockets, (i + 1) * perProcess));
    return {
      baseUrl,
      saleId,
      sockets: own,
      pollers: [],
      perSecond: Math.max(50, (500 * own.length) / sockets),
      renewMs,
    };
  });
  const pids = stack.gateways.map((_, i) => stack.processes.get(`gateway-${i}`)!.pid);
  const cpu = (): number => pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  const requests = async (): Promise<number> =>
    (
      await Promise.all(pids.map((_, i) => metricOf(bench, `gateway-${i}`, 'sunbeon_http_request_duration_seconds_count', 'route="/api/')))
    ).reduce((sum, count) => sum + count, 0);
  const crowds = jobs.map(startCrowd);
  const polling = startCrowd();
  const reports = async (): Promise<CrowdReport> => {
    const all = await Promise.all([...crowds, polling].map((crowd) => ask<CrowdReport>(crowd, 'report')));
    return {
      placed: { sockets: all.flatMap(({ placed }) => placed.sockets), pollers: all.flatMap(({ placed }) => placed.pollers) },
      renewals: all.flatMap(({ renewals }) => renewals),
      polls: all.flatMap(({ polls }) => polls),
      answeredMs: all.flatMap(({ answeredMs }) => answeredMs),
      failures: all.flatMap(({ failures }) => failures),
      lost: all.reduce((sum, { lost }) => sum + lost, 0),
    };
  };
  try {
    const open = await Promise.all(crowds.map((crowd, i) => ask<{ opened: number; failures: string[] }>(crowd, jobs[i]!)));
    if (open.some(({ failures }) => failures.length > 0)) throw new Error(open.flatMap(({ failures }) => failures).join('; '));
    // Pollers learn the time of the opening from their first poll, some seconds before it.
    const opensAt = timeIn(aroundMs.before + 7_000);
    valueOf('change', await bench.operator.change(saleId, { opensAt }));
    await ask(polling, { ...jobs[0]!, sockets: [], pollers: tokens.slice(sockets) });
    const opensAtMs = Date.parse(opensAt);
    await pause(opensAtMs - aroundMs.before - Date.now());
    const [fromMs, requestsBefore, cpuBefore] = [Date.now(), await requests(), cpu()];
    const { delays, stop } = loopDelays(bench);
    await untilDrawn(bench, saleId);
    await pause(opensAtMs + aroundMs.after - Date.now());
    await stop();
    const [toMs, requestsAfter, cpuAfter] = [Date.now(), await requests(), cpu()];
    const around = await reports();
    const sent = [...around.renewals, ...around.polls].filter((at) => at >= fromMs && at <= toMs).length;
    // A request is counted when it was answered: those under way at either end are on one side only.
    const unasked = Math.max(0, requestsAfter - requestsBefore - sent);
    const { drawnAt } = await drawTimes(bench, saleId);
    await pause(Math.max(0, drawnAt + Math.max(renewMs, withinMs) + 2_000 - Date.now()));
    const end = await reports();
    const since = (times: readonly number[]): number[] => times.map((at) => at - opensAtMs);
    const perSecond = (times: readonly number[]): number[] => {
      const counts = new Map<number, number>();
      for (const at of times) counts.set(Math.floor(at / 1_000), (counts.get(Math.floor(at / 1_000)) ?? 0) + 1);
      return [...counts.values()];
    };
    const those = sockets > perProcess ? ` (${perProcess} on one gateway)` : '';
    return [
      placesRow(`${sockets} sockets${those}`, since(end.placed.sockets), drawnAt - opensAtMs, sockets),
      placesRow(`${pollers} pollers`, since(end.placed.pollers), drawnAt - opensAtMs, pollers),
      {
        what: `HTTP requests in the ten seconds around it, beside polls and renewals`,
        measured: String(unasked),
        reference: `${sent} polls and renewals`,
        ratio: String(unasked),
        target: 'none by sockets',
        met: unasked <= Math.max(2, sent * 0.01),
      },
      {
        what: `renewals, spread over ${renewMs / 1_000} s`,
        measured: `${end.renewals.length}`,
        reference: `answers p50 ${ms(quantile(end.answeredMs, 0.5))}, p99 ${ms(quantile(end.answeredMs, 0.99))}; ${end.failures.length} failures${firstOf(end.failures)}; ${end.lost} sockets connected again`,
        ratio: `${Math.max(...perSecond(end.renewals))} in the busiest second`,
        target: 'one a socket, none fails',
        met: end.renewals.length === sockets && end.failures.length === 0,
      },
      {
        what: 'the gateways in these ten seconds: processor time, and delay of the event loop (p50, p99, max)',
        measured: `${(cpuAfter - cpuBefore).toFixed(1)} s`,
        reference: [0.5, 0.99, 1].map((q) => ms(quantile(delays, q))).join(', '),
        ratio: `${(((cpuAfter - cpuBefore) * 1e6) / sockets).toFixed(0)} µs a socket`,
        target: 'for information',
        met: null,
      },
    ];
  } finally {
    for (const crowd of [...crowds, polling]) crowd.kill('SIGKILL');
  }
};
