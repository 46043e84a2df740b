import { Cluster, Redis, type ClusterOptions, type RedisOptions } from 'ioredis';

export type RedisClient = Redis | Cluster;

/** Where Redis is: one server, Sentinel or Cluster, by the form of REDIS_URL. */
export type RedisTarget =
  | { kind: 'single'; options: RedisOptions }
  | { kind: 'sentinel'; options: RedisOptions }
  | { kind: 'cluster'; nodes: { host: string; port: number }[]; options: RedisOptions };

const hosts = (authority: string, defaultPort: number) =>
  authority.split(',').map((entry) => {
    const [host, port] = entry.split(':');
    if (!host) throw new Error('REDIS_URL names no host');
    return { host, port: port ? Number(port) : defaultPort };
  });

/**
 * Reads `redis://[user:password@]host:port[/db]`, `rediss://…`, `unix:/path`, `redis+sentinel://[user:password@]h1:p,h2:p/master`
 * or `redis+cluster://[user:password@]h1:p,h2:p`. Throws an Error that says what is wrong.
 */
export const parseRedisUrl = (url: string): RedisTarget => {
  if (url.startsWith('unix:')) return { kind: 'single', options: { path: url.slice('unix:'.length).replace(/^\/\//, '') } };
  const match = /^(redis|rediss|redis\+sentinel|redis\+cluster):\/\/(?:([^:@/]*)(?::([^@/]*))?@)?([^/?]+)(?:\/([^?]*))?$/.exec(url);
  if (!match) throw new Error('REDIS_URL must be redis://, rediss://, redis+sentinel:// or redis+cluster:// with a host');
  const [, scheme, user, password, authority, path] = match as unknown as [string, string, string?, string?, string?, string?];
  const auth: RedisOptions = {
    ...(user ? { username: decodeURIComponent(user) } : {}),
    ...(password ? { password: decodeURIComponent(password) } : {}),
  };
  if (scheme === 'redis+cluster') return { kind: 'cluster', nodes: hosts(authority!, 6379), options: auth };
  if (scheme === 'redis+sentinel') {
    return { kind: 'sentinel', options: { ...auth, sentinels: hosts(authority!, 26379), name: path || 'mymaster', role: 'master' } };
  }
  const [first] = hosts(authority!, 6379);
  return { kind: 'single', options: { ...auth, ...first!, db: path ? Number(path) : 0, ...(scheme === 'rediss' ? { tls: {} } : {}) } };
};

const backoff = (attempt: number) => Math.min(50 * 2 ** attempt, 1_000) + Math.random() * 200;

/** Nothing is ever sent twice by the client: a lost reply is an error, and the caller decides (measured: RELIABILITY §9). */
const commandOptions: RedisOptions = {
  protocol: 2,
  maxRetriesPerRequest: 0,
  commandTimeout: 2_000,
  connectTimeout: 3_000,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  enableAutoPipelining: false,
  keepAlive: 10_000,
  retryStrategy: backoff,
  reconnectOnError: (error) => (/^READONLY/.test(error.message) ? 1 : false),
  lazyConnect: true,
};

/** A blocking reader waits for Redis instead of failing, and notices a silent connection. Reading twice harms nothing. */
const readerOptions: RedisOptions = {
  ...commandOptions,
  autoResendUnfulfilledCommands: true,
  maxRetriesPerRequest: null,
  enableOfflineQueue: true,
  blockingTimeout: 5_000,
};
delete readerOptions.commandTimeout;

const sentinelOptions: RedisOptions = { failoverDetector: true, sentinelCommandTimeout: 1_000, sentinelRetryStrategy: () => 100 };

const connect = (url: string, base: RedisOptions): RedisClient => {
  const target = parseRedisUrl(url);
  if (target.kind !== 'cluster') {
    return new Redis({ ...base, ...target.options, ...(target.kind === 'sentinel' ? sentinelOptions : {}) });
  }
  const options: ClusterOptions = {
    lazyConnect: true,
    retryDelayOnFailover: 0,
    enableOfflineQueue: base.enableOfflineQueue ?? false,
    slotsRefreshInterval: 5_000,
    scaleReads: 'master',
    clusterRetryStrategy: backoff,
    redisOptions: { ...base, ...target.options },
  };
  return new Cluster(target.nodes, options);
};

/** Connections do not connect by themselves; the caller adds an `error` listener and calls `connect()`. */
export const commandConnection = (url: string): RedisClient => connect(url, commandOptions);
export const readerConnection = (url: string): RedisClient => connect(url, readerOptions);
