import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { parseRedisUrl } from './redis-url.ts';

export type RedisClient = Redis | Cluster;

const backoff = (attempt: number) => Math.min(50 * 2 ** attempt, 1_000) + Math.random() * 200;

/**
 * A connection whose commands wait and that brings no byte for this long is made anew, ms. Its peer may be gone without a word (a host that
 * died, a firewall that forgot it), and TCP would go on for 15 minutes. Longer than `commandTimeout`: a slow script ends no connection.
 */
const silentMs = 5_000;

/** No command is ever sent twice by the client: a lost reply is an error, and the caller decides (docs/adr/0013-no-automatic-retry-of-redis-commands.md). */
const commandOptions: RedisOptions = {
  protocol: 2,
  maxRetriesPerRequest: 0,
  commandTimeout: 2_000,
  connectTimeout: 3_000,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  enableAutoPipelining: false,
  keepAlive: 10_000,
  socketTimeout: silentMs,
  retryStrategy: backoff,
  reconnectOnError: (error) => (/^READONLY/.test(error.message) ? 1 : false),
  lazyConnect: true,
};

/**
 * A blocking reader waits for Redis instead of failing. Reading twice is harmless. It has no `blockingTimeout`: with that option ioredis takes a
 * reply that comes 0.1 s after the time of `BLOCK` for none, and a large one was never taken.
 */
const readerOptions: RedisOptions = {
  ...commandOptions,
  autoResendUnfulfilledCommands: true,
  maxRetriesPerRequest: null,
  enableOfflineQueue: true,
};
delete readerOptions.commandTimeout;

/** A frozen master never closes its side of a connection: after a fail-over its close is not awaited. */
const sentinelOptions: RedisOptions = {
  failoverDetector: true,
  sentinelCommandTimeout: 1_000,
  sentinelRetryStrategy: () => 100,
  disconnectTimeout: 500,
};

/**
 * A fail-over announced while ioredis looks up the master ends the client for good (measured: 5 of 160 clients in four
 * fail-overs). Unless the caller closed it, the client reconnects.
 */
class SentinelClient extends Redis {
  #closed = false;
  constructor(options: RedisOptions) {
    super({ ...options, replyMapping: 'legacy' });
    this.on('end', () => {
      setTimeout(() => {
        if (!this.#closed && this.status === 'end') this.connect().catch(() => {});
      }, backoff(0));
    });
  }
  override disconnect(reconnect = false): void {
    this.#closed ||= !reconnect;
    super.disconnect(reconnect);
  }
}

/**
 * Interval of refreshing the slot map of the Cluster, ms: a frozen master sends no redirection, only the map names its successor. A slow
 * reader costs no sale.
 */
const mapEveryMs = { command: 500, reader: 2_000 } as const;
/** Redirections and refusals of one call (MOVED, ASK, TRYAGAIN, CLUSTERDOWN, each 0.1 s) before it fails; none of them ran. */
const redirections = 5;
/** Timeout of a node asked for the slot map, ms: it may be the frozen one; the next is asked. */
const mapTimeoutMs = 500;

/**
 * Fails fast while no slot map of the Cluster is known, and waits — at most `commandTimeout` — for a master that is being connected. ioredis
 * has one switch for both: `enableOfflineQueue: false` refuses all but the first command of a new connection (measured: 38 of the first 60),
 * `true` queues commands without limit while the whole Cluster is away.
 */
class CommandCluster extends Cluster {
  override sendCommand(...[command, ...rest]: Parameters<Cluster['sendCommand']>): unknown {
    if (this.status === 'ready' || command.name === 'cluster') return super.sendCommand(command, ...rest);
    command.reject(new Error("Cluster isn't ready"));
    return command.promise;
  }
}

const connect = (url: string, base: RedisOptions): RedisClient => {
  const target = parseRedisUrl(url);
  if (target.kind === 'single') return new Redis({ ...base, ...target.options });
  if (target.kind === 'sentinel') return new SentinelClient({ ...base, ...target.options, ...sentinelOptions });
  const isReader = base.enableOfflineQueue === true;
  const options = {
    lazyConnect: true,
    retryDelayOnFailover: 0,
    maxRedirections: redirections,
    enableOfflineQueue: true,
    slotsRefreshInterval: isReader ? mapEveryMs.reader : mapEveryMs.command,
    slotsRefreshTimeout: mapTimeoutMs,
    scaleReads: 'master' as const,
    clusterRetryStrategy: backoff,
    redisOptions: { ...base, ...target.options, replyMapping: 'legacy' as const },
  };
  return isReader ? new Cluster(target.nodes, options) : new CommandCluster(target.nodes, options);
};

/** Connections do not connect by themselves; the caller adds an `error` listener and calls `connect()`. */
export const commandConnection = (url: string): RedisClient => connect(url, commandOptions);
export const readerConnection = (url: string): RedisClient => connect(url, readerOptions);
