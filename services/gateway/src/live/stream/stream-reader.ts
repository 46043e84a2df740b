import { parseRedisUrl, readerConnection, type RedisClient } from '@sunbeon/runtime';

const readerLimits = {
  /** Entries of one stream in one read. */
  entries: 500,
  /** A read waits for so long; a stream that is followed meanwhile joins the next one, ms. */
  blockMs: 200,
  /** Between two reads, ms a stream: 500 streams are read 40 times a second at the most, each time with what came to all of them. */
  pauseMsPerStream: 0.05,
  /** Fewer streams are read without a pause. */
  streamsWithoutPause: 20,
  /** Pause after a failed read, ms. */
  retryMs: 250,
  /** A stream that cannot be read (no stream at all, for example) is tried by itself this often, ms, and keeps no other from being read. */
  brokenMs: 2_000,
  /** On Cluster each stream is looked at by itself, this often, ms, */
  pollMs: 50,
  /** and no more often than this for each stream there is, ms: 2,500 looks a second, however many sales; 500 of them every 0.2 s. */
  pollMsPerStream: 0.4,
} as const;

export type Entry = [id: string, fields: string[]];

/** One stream as its sale follows it. */
export interface Followed {
  key: string;
  /** What follows this id is read; null while the sale is busy (it loads, or a read is being taken in). */
  after: () => string | null;
  take: (entries: Entry[]) => void;
}

/** Reads the streams of all sales of this gateway; one of them that fails or hangs holds up no other. */
export interface StreamReader {
  follow: (stream: Followed) => { stop: () => void };
  stop: () => void;
}

type Reply = [key: string, entries: Entry[]][] | null;
/** Redis is there and will not read this. */
const isRefusal = ({ message }: Error): boolean => /^(WRONGTYPE|NOPERM|ERR)/.test(message);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What both ways share: who is followed, and a loop that goes on whatever happens. */
const createLoop = (
  round: (streams: ReadonlyMap<string, Followed>, isStopped: () => boolean) => Promise<void>,
  onStop: () => void,
): StreamReader => {
  const streams = new Map<string, Followed>();
  let stopped = false;
  let going = false;
  const go = async (): Promise<void> => {
    while (!stopped && streams.size > 0) {
      try {
        await round(streams, () => stopped);
      } catch {
        // Redis is away or the read was cut: every stream stands where it was, so nothing is lost by asking again.
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
  /** Streams that cannot be read, and when each is tried again. */
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
  /** Redis refuses a read of many for one of them: each by itself says which, on the connection of all other commands and without waiting for entries. */
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
    // What came to the others meanwhile comes with the next read; few streams are read at once.
    await (streams.size <= readerLimits.streamsWithoutPause
      ? new Promise((resolve) => setImmediate(resolve))
      : pause(streams.size * readerLimits.pauseMsPerStream));
  };
  return createLoop(round, () => connection.disconnect());
};
/** Cluster refuses a read of many streams, which lie in many slots: each is looked at by itself, on the connections of all other commands. */
const createPollingReader = (redis: RedisClient): StreamReader => {
  /** Streams that are being read, or cannot be, and when they are looked at again. */
  const later = new Map<string, number>();
  const look = async (stream: Followed, after: string): Promise<void> => {
    later.set(stream.key, Infinity);
    try {
      const reply = await redis.xread('COUNT', readerLimits.entries, 'STREAMS', stream.key, after);
      if (reply) stream.take(reply[0]![1]);
      later.delete(stream.key);
    } catch (error) {
      later.set(stream.key, performance.now() + (isRefusal(error as Error) ? readerLimits.brokenMs : readerLimits.retryMs));
    }
  };
  return createLoop(
    async (streams) => {
      const now = performance.now();
      for (const stream of streams.values()) {
        const after = stream.after();
        if (after !== null && (later.get(stream.key) ?? 0) <= now) void look(stream, after);
      }
      await pause(Math.max(readerLimits.pollMs, streams.size * readerLimits.pollMsPerStream));
      for (const key of later.keys()) if (!streams.has(key)) later.delete(key);
    },
    () => {},
  );
};

/** The one reader of a process. */
export const createStreamReader = (redisUrl: string, redis: RedisClient): StreamReader =>
  parseRedisUrl(redisUrl).kind === 'cluster' ? createPollingReader(redis) : createSharedReader(redisUrl, redis);
