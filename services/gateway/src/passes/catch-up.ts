import type { RedisClient } from '@sunbeon/runtime';
import { isRefusal, type Entry } from '../live/stream/stream-reader.ts';

const catchUpLimits = {
  /** Entries of one read. */
  entries: 500,
  /** Pause after a read, times its duration: the past takes a third of a core, the present the rest. */
  rest: 2,
  /** Pause after a failed read, and while the stream may not be read, ms. */
  retryMs: 100,
} as const;

/** One stream whose past is read. */
export interface Behind {
  key: string;
  /** Last id read; null while it may not be read. */
  after: () => string | null;
  take: (entries: Entry[]) => void;
  /** Its past has been read. */
  done: () => void;
}

/** Reads the past of streams. */
export interface CatchUp {
  read: (stream: Behind) => { stop: () => void };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Reads the past of streams in turns, one page of one stream at a time: the past of a thousand sales in one read would be a reply of seconds, and
 * the streams of those who wait would stand still behind it.
 */
export const createCatchUp = (redis: RedisClient): CatchUp => {
  const behind = new Set<Behind>();
  let going = false;

  const page = async (stream: Behind, after: string): Promise<void> => {
    const reply = await redis.xread('COUNT', catchUpLimits.entries, 'STREAMS', stream.key, after);
    if (!behind.has(stream)) return;
    const entries = reply?.[0]?.[1] ?? [];
    stream.take(entries);
    if (entries.length < catchUpLimits.entries && behind.delete(stream)) stream.done();
  };
  const turn = async (stream: Behind): Promise<void> => {
    const after = stream.after();
    if (after === null) return await pause(catchUpLimits.retryMs);
    const sinceMs = performance.now();
    try {
      await page(stream, after);
    } catch (error) {
      // The reader of the present tries it from time to time.
      if (isRefusal(error as Error) && behind.delete(stream)) stream.done();
      return await pause(catchUpLimits.retryMs);
    }
    await pause(Math.ceil((performance.now() - sinceMs) * catchUpLimits.rest));
  };
  const go = async (): Promise<void> => {
    while (behind.size > 0) for (const stream of [...behind]) if (behind.has(stream)) await turn(stream);
    going = false;
  };

  return {
    read: (stream) => {
      behind.add(stream);
      if (!going) {
        going = true;
        void go();
      }
      return { stop: () => void behind.delete(stream) };
    },
  };
};
