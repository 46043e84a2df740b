import { operatorLimits } from '@sunbeon/contracts';
import { redisBreakerOf, type RedisClient } from '@sunbeon/runtime';
import { entryOf, type Entry } from './entry.ts';

/** A place in one or two streams that are read as one: the id of an entry, and which stream it is in. */
interface Place {
  ms: number;
  seq: number;
  stream: number;
}
interface Row extends Place {
  fields: string[];
}

const placeText = ({ ms, seq, stream }: Place): string => `${ms}-${seq}.${stream}`;
/** Validated by the route. */
const placeOf = (text: string): Place => {
  const [, ms, seq, stream] = /^(\d+)-(\d+)\.(\d)$/.exec(text)!.map(Number) as [number, number, number, number];
  return { ms, seq, stream };
};
/** Newest first; of two entries with one id that of the first stream. */
const newestFirst = (a: Place, b: Place): number => b.ms - a.ms || b.seq - a.seq || a.stream - b.stream;

/** Rows of all streams after a place, newest first, `count` at most. */
const readRows = async (redis: RedisClient, streams: readonly string[], after: Place | null, count: number): Promise<Row[]> => {
  const rows = await Promise.all(
    streams.map(async (key, stream) => {
      // An entry of a later stream with the id of the place comes after it.
      const isExclusive = after !== null && stream <= after.stream;
      // Redis refuses what comes before the first id there can be.
      if (isExclusive && after.ms === 0 && after.seq === 0) return [];
      const end = after === null ? '+' : `${isExclusive ? '(' : ''}${after.ms}-${after.seq}`;
      const found = await redisBreakerOf(redis).execute(() => redis.xrevrange(key, end, '-', 'COUNT', count), 'read');
      return found.map(([id, fields]): Row => {
        const [ms, seq] = id.split('-').map(Number) as [number, number];
        return { ms, seq, stream, fields };
      });
    }),
  );
  return rows.flat().sort(newestFirst).slice(0, count);
};

export interface Page {
  entries: Entry[];
  next?: string;
  /** Whether the streams had anything here, unreadable entries and those of others included. */
  isEmpty: boolean;
}

/** A page of a log that is one stream or two. With `operator` a page looks at a bounded number of entries: it may be short while `next` is there. */
export const readPage = async (
  redis: RedisClient,
  streams: readonly string[],
  { after, most, operator }: { after?: string | undefined; most: number; operator?: string | undefined },
): Promise<Page> => {
  const count = operator === undefined ? most : operatorLimits.auditLogPerPage;
  // One more says whether there is a next page.
  const rows = await readRows(redis, streams, after === undefined ? null : placeOf(after), count + 1);
  const entries: Entry[] = [];
  let last: Row | undefined;
  for (const row of rows.slice(0, count)) {
    if (entries.length === most) break;
    last = row;
    const entry = entryOf(row.fields);
    if (entry !== null && (operator === undefined || entry.operator === operator)) entries.push(entry);
  }
  const isLast = last === undefined || last === rows.at(-1);
  return { entries, ...(isLast ? {} : { next: placeText(last!) }), isEmpty: rows.length === 0 };
};
