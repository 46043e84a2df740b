import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient, type Client, type CreateSale, type Result } from '@sunbeon/client';
import { createOperator, type Operator } from '@sunbeon/client/operator';
import { Redis } from 'ioredis';
import { adminToken, freePort, startStack, type Stack } from '../../tests/fixtures/stack.mjs';
import type { BlastJob, BlastResult } from './blast.ts';

/** One line of the result: a measurement beside its reference in the same run. */
export interface Row {
  what: string;
  measured: string;
  reference: string;
  /** The figure that the target refers to. */
  ratio: string;
  target: string;
  met: boolean | null;
}

export const root = join(import.meta.dirname, '../..');
const typescript = ['--conditions=development', '--import', 'tsx'];

/** Runs a load in a process of its own. */
export const blast = async (job: BlastJob): Promise<BlastResult> => {
  const child = fork(join(root, 'tools/bench/blast.ts'), { execArgv: typescript });
  child.send(job);
  const [result] = (await once(child, 'message')) as [BlastResult];
  child.kill();
  return result;
};

/** Processor time used so far, seconds. */
export const cpuSeconds = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
};
export const rssBytes = (pid: number): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) * 1_024;

export interface Bench {
  stack: Stack;
  redis: Redis;
  port: (service: 'gateway' | 'queue' | 'admission' | 'purchase') => number;
  /** The public API of the first gateway, and the operator's. */
  client: Client;
  operator: Operator;
  create: (saleId: string, settings?: Partial<CreateSale>) => Promise<void>;
  /** Calls of each Redis command since `RESET`. */
  commands: () => Promise<Map<string, { calls: number; usec: number }>>;
  stop: () => Promise<void>;
}

/** The value of a call that must succeed. */
export const valueOf = <T>(what: string, result: Result<T>): T => {
  if (result.ok) return result.value;
  throw new Error(`${what}: ${JSON.stringify(result.failure)}`);
};

/** One instance of each service, or as many as `instances` says, built, `envOf` one of them with more settings, with a Redis with `appendfsync always`. */
export const startBench = async (
  instances: Partial<Record<'gateway' | 'queue' | 'admission' | 'purchase', number>> = {},
  envOf: (name: string) => Record<string, string> = () => ({}),
): Promise<Bench> => {
  const stack = await startStack({ built: true, instances, envOf, env: { LOG_LEVEL: 'warn', NODE_ENV: 'production' } });
  const redis = new Redis(stack.redisPort, '127.0.0.1');
  const baseUrl = stack.gateways[0]!;
  const operator = createOperator({ baseUrl, token: adminToken });
  return {
    stack,
    redis,
    port: (service) => stack.ports[`${service}-0`]!.api,
    client: createClient({ baseUrl }),
    operator,
    create: async (saleId, settings = {}) => {
      const sale = {
        saleId,
        title: 'Bench',
        stock: 10_000_000,
        admitPerSecond: 0.001,
        activeLimit: 1_000_000,
        claimSeconds: 86_400,
        ...settings,
      };
      valueOf('create', await operator.create(sale));
    },
    commands: async () =>
      new Map(
        (await redis.info('commandstats')).split('\n').flatMap((line) => {
          const match = /^cmdstat_([^:]+):calls=(\d+),usec=(\d+)/.exec(line);
          return match ? [[match[1]!, { calls: Number(match[2]), usec: Number(match[3]) }] as const] : [];
        }),
      ),
    stop: async () => {
      redis.disconnect();
      await stack.stop();
    },
  };
};

/** The naive server on the same Redis; `perSecond`: its admissions. */
export const startNaive = async (
  bench: Bench,
  perSecond: number,
): Promise<{ port: number; child: ChildProcess; stop: () => Promise<void> }> => {
  const port = await freePort();
  const child = spawn(process.execPath, [...typescript, join(root, 'tools/bench/naive.ts')], {
    env: {
      ...process.env,
      NODE_ENV: 'production',
      PORT: String(port),
      REDIS_PORT: String(bench.stack.redisPort),
      ADMIT_PER_SECOND: String(perSecond),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return {
    port,
    child,
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      await bench.redis.del('naive:queue', 'naive:active');
    },
  };
};

/** A server that answers a constant. */
export const startBare = async (): Promise<{ port: number; stop: () => Promise<void> }> => {
  const port = await freePort();
  const child = spawn(process.execPath, [...typescript, join(root, 'tools/bench/bare-http.ts')], {
    env: { ...process.env, NODE_ENV: 'production', PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return {
    port,
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
};

/**
 * Load of a crowd uses many connections: with few, all would wait for the same batch, and the result would be its duration. No more than a
 * service's calls in flight to Redis (`redisBreakerLimits.inFlight`): the raw script gets the same concurrency.
 */
export const connections = 512;

/** Interleaved, three rounds, the best (largest) of each: a slow phase of the machine affects all, and no result alone. */
export const inTurn = async (loads: (() => Promise<number>)[]): Promise<number[]> => {
  const best = loads.map(() => -Infinity);
  for (let round = 0; round < 3; round += 1) for (const [i, load] of loads.entries()) best[i] = Math.max(best[i]!, await load());
  return best;
};

export const quantile = (values: readonly number[], q: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(q * values.length))] ?? Number.NaN;

/** A service's metric, summed over all its labels that match. */
export const metricOf = async (bench: Bench, name: string, metric: string, labels = ''): Promise<number> =>
  (await (await fetch(`${bench.stack.ops(name)}/metrics`)).text())
    .split('\n')
    .filter((line) => line.startsWith(`${metric}{`) && line.includes(labels))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);

export const rate = (value: number): string => `${Math.round(value).toLocaleString('en-US')}/s`;
export const ms = (value: number): string => (Number.isFinite(value) ? `${value < 10 ? value.toFixed(1) : Math.round(value)} ms` : 'never');
export const times = (value: number): string => `${value.toFixed(2)} ×`;
export const megabytes = (bytes: number): string => `${(bytes / 1_048_576).toFixed(1)} MB`;
