import type { RedisClient } from '@sunbeon/runtime';
import { isRefusal, type Entry } from '../live/stream/stream-reader.ts';

const catchUpLimits = {
  /** Entries of one read. */
  entries: 500,
  /** Pause after a read, times its duration: the past takes a third of a core, the present the rest. */
  rest: 2,
  /** A read that takes longer is not waited for, ms: on a master that hangs it takes 2 s, and other streams may be on another. */
  patienceMs: 50,
  /** Reads on their way, those of masters that hang among them. */
  atOnce: 64,
  /** Pause after a failed read, and while no stream may be read, ms. */
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
  /** Those that are asked, or wait after a failure: the others go on without them. */
  const busy = new Set<Behind>();
  let going = false;

  const page = async (stream: Behind, after: string): Promise<void> => {
    const reply = await redis.xread('COUNT', catchUpLimits.entries, 'STREAMS', stream.key, after);
    if (!behind.has(stream)) return;
    const entries = reply?.[0]?.[1] ?? [];
    stream.take(entries);
    if (entries.length < catchUpLimits.entries && behind.delete(stream)) stream.done();
  };
  const turn = async (stream: Behind, after: string): Promise<void> => {
    busy.add(stream);
    try {
      await page(stream, after);
    } catch (error) {
      // The reader of the present tries it from time to time.
      if (isRefusal(error as Error) && behind.delete(stream)) stream.done();
      else await pause(catchUpLimits.retryMs);
    } finally {
      busy.delete(stream);
    }
  };
  const round = async (): Promise<void> => {
    let turns = 0;
    for (const stream of [...behind]) {
      if (!behind.has(stream) || busy.has(stream) || busy.size >= catchUpLimits.atOnce) continue;
      const after = stream.after();
      if (after === null) continue;
      turns += 1;
      const sinceMs = performance.now();
      await Promise.race([turn(stream, after), pause(catchUpLimits.patienceMs)]);
      await pause(Math.ceil((performance.now() - sinceMs) * catchUpLimits.rest));
    }
    if (turns === 0) await pause(catchUpLimits.retryMs);
  };
  const go = async (): Promise<void> => {
    while (behind.size > 0) await round();
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
