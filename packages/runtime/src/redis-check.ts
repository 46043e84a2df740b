import { Cluster } from 'ioredis';
import type { RedisClient } from './redis.ts';

/**
 * Result of the check of a server. `refusals`: it would lose visitors or tickets; `warnings`: it may lose some in a crash. `unread`: why its `appendfsync`
 * is unknown, null when it is not.
 */
export interface RedisFinding {
  refusals: string[];
  warnings: string[];
  unread: string | null;
}

/** Oldest supported version of Redis (or compatible version reported by Valkey). */
const oldestMajor = 7;

const field = (info: string, name: string): string => new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1]?.trim() ?? '';

/** One setting, or why it is not told: this user may not read it, or a hosted Redis has no CONFIG (each refuses in words of its own). */
const setting = async (redis: Pick<RedisClient, 'call'>, name: string): Promise<{ value: string } | { refusal: string }> => {
  try {
    const [, value] = (await redis.call('CONFIG', 'GET', name)) as string[];
    return value === undefined ? { refusal: 'no such setting' } : { value };
  } catch (error) {
    if ((error as Error).name !== 'ReplyError') throw error;
    return { refusal: (error as Error).message };
  }
};

/** Checks the server behind a connection (of a Cluster: its first master). Throws what ioredis throws. */
export const checkRedis = async (redis: RedisClient): Promise<RedisFinding> => {
  const node = redis instanceof Cluster ? (redis.nodes('master')[0] ?? redis) : redis;
  const info = String(await node.call('INFO'));
  const version = field(info, 'redis_version');
  const policy = field(info, 'maxmemory_policy');
  const fsync = await setting(node, 'appendfsync');
  const refusals: string[] = [];
  const warnings: string[] = [];
  // For a database that does not exist, the connection stays on another one and reports it only in an error that nothing awaits.
  const wanted = redis instanceof Cluster ? 0 : (redis.options.db ?? 0);
  const selected = /(?:^| )db=(\d+)/.exec(String(await node.call('CLIENT', 'INFO').catch(() => '')))?.[1];
  if (selected !== undefined && Number(selected) !== wanted)
    refusals.push(`the database ${wanted} of REDIS_URL does not exist on this server; it has database ${selected} selected.`);
  if (Number(version.split('.')[0]) < oldestMajor) refusals.push(`Redis ${version} is too old; Sunbeon needs ${oldestMajor}.0 or newer.`);
  if (policy !== '' && policy !== 'noeviction')
    refusals.push(`maxmemory-policy is ${policy}: Redis would evict waiting visitors. Set it to noeviction.`);
  const hasFile = field(info, 'aof_enabled') === '1';
  if (!hasFile) warnings.push('appendonly is off: a restart of Redis loses what was acknowledged. Set appendonly yes.');
  else if ('value' in fsync && fsync.value !== 'always')
    warnings.push(`appendfsync is ${fsync.value}: a crash may lose the last seconds of purchases. Set it to always.`);
  if (field(info, 'aof_last_write_status') === 'err') warnings.push('the append-only file cannot be written; look at the disk of Redis.');
  return { refusals, warnings, unread: hasFile && 'refusal' in fsync ? fsync.refusal : null };
};

/** Whether this connection is still to a master: a Sentinel client may keep the old one after a fail-over. */
export const isMaster = async (redis: RedisClient): Promise<boolean> =>
  redis instanceof Cluster || ((await redis.call('ROLE')) as [string])[0] === 'master';
