import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '@sunbeon/client';
import { createOperator } from '@sunbeon/client/operator';
import { Redis } from 'ioredis';
import { createNemesis } from '../../tests/chaos/nemesis.ts';
import { createRandom } from '../../tests/chaos/random.ts';
import { errorsLogged, startFaultyStack } from '../../tests/chaos/run.ts';
import { startWeb } from '../../tests/e2e/start.ts';
import { adminToken, freePort, startStack, until } from '../../tests/fixtures/stack.mjs';
import { rssBytes } from '../bench/lib.ts';
import { root } from '../local/commands.mjs';
import type { SoakOptions } from './options.ts';
import { createWindow, takeSample, type Sample, type Seen } from './sampler.ts';
import { createSales } from './sales.ts';
import { startWaitingCrowd } from './waiting-crowd.ts';

export interface SoakReport {
  samples: Sample[];
  faults: string[];
  kills: Record<string, number>;
  counts: Record<string, number>;
  seconds: number;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Services of two instances each, with faults where `kills` asks for them, and the page. */
const startAll = async (kills: number) => {
  const quiet = { LOG_LEVEL: 'warn', NODE_ENV: 'production' };
  const faulty = kills > 0 ? await startFaultyStack(quiet) : null;
  const twice = { queue: 2, admission: 2, purchase: 2, gateway: 2 };
  const stack = faulty?.stack ?? (await startStack({ built: true, instances: twice, env: quiet }));
  const stopStack = faulty?.stop ?? stack.stop;
  if (!existsSync(join(root, 'web/.next/standalone/web/server.js')))
    return { stack, proxies: faulty?.proxies, page: null, stop: stopStack };
  const [port, ops] = [await freePort(), await freePort()];
  const settings = { OPS_PORT: String(ops), LOG_LEVEL: 'warn' };
  const web = await startWeb(stack.folder, port, stack.gateways[0]!, settings).catch(async (error: unknown) => {
    await stopStack();
    throw error;
  });
  const stop = async (): Promise<void> => {
    web.kill('SIGKILL');
    if (web.exitCode === null && web.signalCode === null) await once(web, 'exit');
    await stopStack();
  };
  const page = { url: `http://127.0.0.1:${port}`, ops: `http://127.0.0.1:${ops}`, pid: web.pid! };
  return { stack, proxies: faulty?.proxies, page, stop };
};

/**
 * Sales one after the other, each with its arrivals, its operator and its check at the end; beside them a crowd that waits for the whole run. Samples of all
 * processes; with `kills` processes die and networks fail all the time. Ends when `seconds` are over and `kills` reached.
 */
export const runSoak = async (options: SoakOptions, say: (line: string) => void = () => {}): Promise<SoakReport> => {
  const { stack, proxies, page, stop } = await startAll(options.kills);
  const redis = new Redis(stack.redisPort, '127.0.0.1', { maxRetriesPerRequest: null });
  redis.on('error', () => {});
  const startedAt = performance.now();
  const elapsed = (): number => (performance.now() - startedAt) / 1_000;
  const window = createWindow();
  const random = createRandom(options.seed);
  const faults = new Set<string>();
  const samples: Sample[] = [];
  const operator = createOperator({ baseUrl: stack.gateways[0]!, token: adminToken, timeoutMs: 30_000 });
  try {
    const waiting = await startWaitingCrowd(stack.gateways, operator, options.waiting);
    const sales = createSales({ options, gateways: stack.gateways, operator, redis, window, say, faults });
    const open = ['soak_waiting'];
    const nemesis = proxies ? createNemesis(stack, proxies, () => redis, open, random, { redisKills: true }) : null;
    const killed = (): number => Object.values(nemesis?.kills() ?? {}).reduce((sum, count) => sum + count, 0);
    const isOver = (): boolean => elapsed() >= options.seconds && killed() >= options.kills;

    const look = async (): Promise<void> => {
      const seen: Record<string, Seen> = Object.fromEntries(
        [...stack.processes].map(([name, { child }]) => [
          name,
          { pid: child.pid!, metrics: name === 'redis' ? null : `${stack.ops(name)}/metrics` },
        ]),
      );
      if (page) seen['web'] = { pid: page.pid, metrics: `${page.ops}/metrics` };
      const sample = await takeSample(Math.round(elapsed()), seen, redis, window);
      samples.push(sample);
      const join = sample.times['join'];
      say(
        `${String(sample.seconds).padStart(6)} s  ${killed()} kills  ${sales.counts['joined'] ?? 0} joined, ${sales.counts['bought'] ?? 0} bought  join p50 ${join?.p50.toFixed(1)} ms, p99 ${join?.p99.toFixed(1)} ms  Redis ${((sample.redis?.bytes ?? NaN) / 1_024 ** 2).toFixed(1)} MiB, ${sample.redis?.keys} keys  the load itself ${Math.round(rssBytes(process.pid) / 1_024 ** 2)} MiB`,
      );
    };
    const sampler = (async () => {
      for (let next = options.sampleSeconds; !isOver(); next += options.sampleSeconds) {
        while (elapsed() < next && !isOver()) await pause(200);
        await look();
      }
    })();
    const reader = (async () => {
      const pageClient = page && createClient({ baseUrl: page.url, timeoutMs: 30_000 });
      while (!isOver()) {
        await pause(2_000);
        if (!page || !pageClient) continue;
        for (const [kind, path] of [
          ['page of a sale', '/sales/soak_waiting'],
          ['list of sales', '/'],
        ] as const) {
          const from = performance.now();
          const answer = await fetch(`${page.url}${path}`, { signal: AbortSignal.timeout(30_000) }).catch(() => null);
          await answer?.arrayBuffer().catch(() => null);
          window.add(kind, performance.now() - from);
          if (!nemesis && answer?.status !== 200) faults.add(`${path}: ${answer?.status ?? 'no answer'}`);
        }
        await pageClient.sale('soak_waiting');
      }
    })();
    const striker = (async () => {
      // Spread over `seconds`; without it, one fault follows the other.
      while (nemesis && !isOver()) {
        const spread = options.seconds > 0 ? (options.seconds * 450) / options.kills : 0;
        await pause(random.between(100, 1_200) + random.next() * spread);
        if (killed() < options.kills || options.seconds === 0) await nemesis.strike();
      }
    })();
    for (let number = 0; !isOver(); number += 1) await sales.next(number, isOver);
    await Promise.all([sampler, reader, striker]);
    await nemesis?.heal();
    await sales.settle();
    // What the whole run left: the sale of those who wait, and no other.
    for (const fault of await waiting.check()) faults.add(fault);
    const left = async (): Promise<string[]> => (await redis.keys('*soak_0*')).filter((key) => !key.startsWith('audit-log:'));
    await until('the deleted sales to be gone', async () => (await left()).length === 0, 60_000).catch(async () =>
      faults.add(`keys of deleted sales: ${(await left()).slice(0, 5).join(', ')}`),
    );
    for (const error of errorsLogged(stack)) faults.add(error);
    await waiting.stop();
    return { samples, faults: [...faults], kills: nemesis?.kills() ?? {}, counts: sales.counts, seconds: Math.round(elapsed()) };
  } finally {
    redis.disconnect();
    await stop();
  }
};
