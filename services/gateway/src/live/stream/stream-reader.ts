import { parseRedisUrl, readerConnection, type RedisClient } from '@sunbeon/runtime';

const readerLimits = {
  /** Entries of one stream in one read. */
  entries: 500,
  /** Block time of a read, ms; a stream added meanwhile is in the next read. */
  blockMs: 200,
  /** Interval of reads, ms per stream: 500 streams are read 40 times a second at most, all in one read. */
  pauseMsPerStream: 0.05,
  /** Up to this number of streams, reads follow without a pause. */
  streamsWithoutPause: 20,
  /** Pause after a failed read, ms. */
  retryMs: 250,
  /** Retry interval of an unreadable stream (a key of another type, for example), ms; it is read alone, so that it delays no other. */
  brokenMs: 2_000,
  /** Cluster: interval of reading each stream, ms, */
  pollMs: 50,
  /** and lower bound per stream, ms: 2,500 reads a second, however many sales; 500 of them every 0.2 s. */
  pollMsPerStream: 0.4,
} as const;

export type Entry = [id: string, fields: string[]];

/** One followed stream. */
export interface Followed {
  key: string;
  /** Last id read; null while the sale is busy (it loads, or applies a read). */
  after: () => string | null;
  take: (entries: Entry[]) => void;
  /** The next read is on another connection: its server may have lost events that were taken. */
  reconnected: () => void;
}

/** Reads the streams of all sales of this gateway; a stream that fails or hangs delays no other. */
export interface StreamReader {
  follow: (stream: Followed) => { stop: () => void };
  stop: () => void;
}

type Cluster = Extract<RedisClient, { nodes: unknown }>;
type Reply = [key: string, entries: Entry[]][] | null;
/** Redis refuses to read this stream. */
export const isRefusal = ({ message }: Error): boolean => /^(WRONGTYPE|NOPERM|ERR)/.test(message);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Shared by both readers: the followed streams, and a loop that survives errors. */
const createLoop = (
  round: (streams: ReadonlyMap<string, Followed>, isStopped: () => boolean) => Promise<void>,
  onStop: () => void,
): StreamReader & { reconnected: () => void } => {
  const streams = new Map<string, Followed>();
  let stopped = false;
  let going = false;
  const go = async (): Promise<void> => {
    while (!stopped && streams.size > 0) {
      try {
        await round(streams, () => stopped);
      } catch {
        // Redis is away or the read was cut: no stream has advanced, so the next read loses nothing.
        if (!stopped) await pause(readerLimits.retryMs);
      }
    }
    going = false;
  };
  return {
    follow: (stream) => {
      streams.set(stream.key, stream);
      if (!going && !stopped) {
        going = true;
        void go();
      }
      return {
        stop: () => {
          if (streams.get(stream.key) === stream) streams.delete(stream.key);
        },
      };
    },
    reconnected: () => {
      if (!stopped) for (const stream of [...streams.values()]) stream.reconnected();
    },
    stop: () => {
      stopped = true;
      onStop();
    },
  };
};

/** All streams in one blocking read on one connection: one server, also behind Sentinel. */
const createSharedReader = (redisUrl: string, redis: RedisClient): StreamReader => {
  const connection = readerConnection(redisUrl);
  connection.on('error', () => {});
  let connected: Promise<unknown> | null = null;
  /** Unreadable streams, with the time of the next attempt. */
  const broken = new Map<string, number>();
  const read = (due: readonly { key: string; after: string }[]): Promise<Reply> =>
    connection.xread(
      ...([
        'COUNT',
        readerLimits.entries,
        'BLOCK',
        readerLimits.blockMs,
        'STREAMS',
        ...due.map(({ key }) => key),
        ...due.map(({ after }) => after),
      ] as unknown as Parameters<RedisClient['xread']>),
    );
  /** Redis refuses a read of many for one unreadable stream: reads each alone to find it, on the command connection and without blocking. */
  const findBroken = (due: readonly { key: string; after: string }[]): Promise<unknown> =>
    Promise.all(
      due.map((one) =>
        redis.xread('COUNT', 1, 'STREAMS', one.key, one.after).then(
          () => broken.delete(one.key),
          (error: Error) => {
            if (isRefusal(error)) broken.set(one.key, performance.now() + readerLimits.brokenMs);
            else throw error;
          },
        ),
      ),
    );

  const round = async (streams: ReadonlyMap<string, Followed>, isStopped: () => boolean): Promise<void> => {
    connected ??= connection.connect().catch(() => {});
    await connected;
    const now = performance.now();
    const all = [...streams.values()].flatMap(({ key, after: next }) => {
      const after = next();
      return after === null ? [] : [{ key, after }];
    });
    const again = all.filter(({ key }) => (broken.get(key) ?? Infinity) <= now);
    if (again.length > 0) await findBroken(again);
    const due = all.filter(({ key }) => !broken.has(key));
    if (due.length === 0) return await pause(readerLimits.blockMs / 10);
    const reply = await read(due).catch(async (error: Error) => {
      if (!isRefusal(error)) throw error;
      await findBroken(due);
      return null;
    });
    for (const key of broken.keys()) if (!streams.has(key)) broken.delete(key);
    if (isStopped() || !reply) return;
    for (const [key, entries] of reply) streams.get(key)?.take(entries);
    // Events of other streams come with the next read; few streams are read without a pause.
    await (streams.size <= readerLimits.streamsWithoutPause
      ? new Promise((resolve) => setImmediate(resolve))
      : pause(streams.size * readerLimits.pauseMsPerStream));
  };
  const loop = createLoop(round, () => connection.disconnect());
  // Before the answer of a read: the client repeats one that was cut, on the new connection.
  let times = 0;
  connection.on('ready', () => {
    times += 1;
    if (times > 1) loop.reconnected();
  });
  return loop;
};
/** Cluster refuses a read of streams in several slots: each is read alone, on the command connections. */
const createPollingReader = (redis: Cluster): StreamReader => {
  const mastersNow = (): string =>
    redis
      .nodes('master')
      .map(({ options: { host, port } }) => `${host}:${port}`)
      .sort()
      .join();
  let masters = '';
  /** Another master may have answered, without a lost connection: a take-over redirects. */
  const isElsewhere = (): boolean => {
    const before = masters;
    masters = mastersNow();
    return before !== '' && before !== masters;
  };
  /** Streams being read, or unreadable, with the time of the next read. */
  const later = new Map<string, number>();
  const look = async (stream: Followed, after: string): Promise<void> => {
    later.set(stream.key, Infinity);
    try {
      const reply = await redis.xread('COUNT', readerLimits.entries, 'STREAMS', stream.key, after);
      if (isElsewhere()) loop.reconnected();
      if (reply) stream.take(reply[0]![1]);
      later.delete(stream.key);
    } catch (error) {
      const refused = isRefusal(error as Error);
      later.set(stream.key, performance.now() + (refused ? readerLimits.brokenMs : readerLimits.retryMs));
      if (!refused) stream.reconnected();
    }
  };
  const loop = createLoop(
    async (streams) => {
      const now = performance.now();
      for (const stream of streams.values()) {
        const after = stream.after();
        if (after !== null && (later.get(stream.key) ?? 0) <= now) void look(stream, after);
      }
      await pause(Math.max(readerLimits.pollMs, streams.size * readerLimits.pollMsPerStream));
      for (const key of later.keys()) if (!streams.has(key)) later.delete(key);
    },
    () => redis.off('-node', loop.reconnected),
  );
  // The connection to a node ended, perhaps between two reads.
  redis.on('-node', loop.reconnected);
  return loop;
};

/** The one reader of a process. */
export const createStreamReader = (redisUrl: string, redis: RedisClient): StreamReader =>
  parseRedisUrl(redisUrl).kind === 'cluster' ? createPollingReader(redis as Cluster) : createSharedReader(redisUrl, redis);
