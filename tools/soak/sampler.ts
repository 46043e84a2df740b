import { readdirSync } from 'node:fs';
import type { Redis } from 'ioredis';
import { quantile, rssBytes } from '../bench/lib.ts';

/** One process at one moment. Bytes; `handles`: open files and sockets. `heap` is null where a process does not answer. */
export interface Process {
  pid: number;
  rss: number;
  heap: number | null;
  handles: number;
}
export interface Sample {
  /** Since the start. */
  seconds: number;
  processes: Record<string, Process>;
  redis: { bytes: number; keys: number; clients: number } | null;
  /** Since the last sample. */
  times: Record<string, { count: number; p50: number; p99: number }>;
}

/** Where a process is seen. `metrics`: its /metrics, or null. */
export interface Seen {
  pid: number;
  metrics: string | null;
}

const heapOf = async (url: string | null): Promise<number | null> => {
  if (url === null) return null;
  try {
    const text = await (await fetch(url, { signal: AbortSignal.timeout(5_000) })).text();
    const used = /^nodejs_heap_size_used_bytes\S* (\S+)$/m.exec(text)?.[1];
    return used === undefined ? null : Number(used);
  } catch {
    return null;
  }
};
const processOf = async ({ pid, metrics }: Seen): Promise<Process | null> => {
  try {
    return { pid, rss: rssBytes(pid), handles: readdirSync(`/proc/${pid}/fd`).length, heap: await heapOf(metrics) };
  } catch {
    return null; // It was killed a moment ago.
  }
};
/** Without the audit logs: those outlive their sales, by design. */
const countKeys = async (redis: Redis): Promise<number> => {
  let kept = 0;
  let cursor = '0';
  do {
    const [next, found] = await redis.scan(cursor, 'MATCH', 'audit-log:*', 'COUNT', 1_000);
    kept += found.length;
    cursor = next;
  } while (cursor !== '0');
  return (await redis.dbsize()) - kept;
};
const redisOf = async (redis: Redis): Promise<Sample['redis']> => {
  try {
    const [info, keys] = await Promise.all([redis.info(), countKeys(redis)]);
    const field = (name: string): number => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1]);
    return { bytes: field('used_memory'), keys, clients: field('connected_clients') };
  } catch {
    return null;
  }
};

/** Times of the calls between two samples, ms; its own memory does not grow with the run. */
export const createWindow = () => {
  let times = new Map<string, number[]>();
  return {
    add: (kind: string, ms: number): void => {
      const of = times.get(kind);
      if (of) of.push(ms);
      else times.set(kind, [ms]);
    },
    take: (): Sample['times'] => {
      const taken = times;
      times = new Map();
      return Object.fromEntries(
        [...taken].map(([kind, of]) => [kind, { count: of.length, p50: quantile(of, 0.5), p99: quantile(of, 0.99) }]),
      );
    },
  };
};
export type Window = ReturnType<typeof createWindow>;

export const takeSample = async (seconds: number, seen: Record<string, Seen>, redis: Redis, window: Window): Promise<Sample> => {
  const [processes, ofRedis] = await Promise.all([
    Promise.all(Object.entries(seen).map(async ([name, where]) => [name, await processOf(where)] as const)),
    redisOf(redis),
  ]);
  return {
    seconds,
    processes: Object.fromEntries(processes.filter((entry): entry is [string, Process] => entry[1] !== null)),
    redis: ofRedis,
    times: window.take(),
  };
};
