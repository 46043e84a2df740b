import { pino, type DestinationStream, type Logger } from 'pino';
import { tracing } from '../trace.ts';
import { errorOf, masked } from './clean.ts';
import { eventSpec, type FieldsOf, type LogEvent, type LogSum, type logEvents } from './events.ts';

export const logLimits = {
  /** Lines of one event, process and minute, where the catalogue names no other number. Further ones are counted. */
  linesPerMinute: 300,
  /** Period of sums, ms. */
  sumMs: 60_000,
  /** Keys that a sum tells apart; further ones are `other`. Addresses of strangers are keys. */
  sumKeys: 1_000,
  /** Keys named in the line of a sum. */
  sumKeysNamed: 20,
  /** Characters of a text, items of a list. */
  textCharacters: 500,
  listItems: 20,
  /** Characters of a line that the page server printed: often an error with its stack. web/log.mjs has the same numbers. */
  saidCharacters: 2_000,
} as const;

export interface LogSettings {
  LOG_LEVEL: string;
  REQUEST_LOG?: 'on' | 'off';
  LOG_ADDRESSES?: 'on' | 'off';
}

/**
 * The log of one process: JSON lines of catalogued events on stdout, with the trace of the request that they are written in. What a stranger causes costs a
 * bounded number of lines a minute, and no line holds a secret of the settings or a token.
 */
export interface Log {
  write: <E extends LogEvent>(event: E, fields?: FieldsOf<E>) => void;
  /** Adds `n` to the event's line of this minute. */
  count: (event: LogSum, key: string, n?: number) => void;
  /** Writes the sums at once: when the process stops. */
  flush: () => void;
  /** A line for each request (`REQUEST_LOG`); addresses of visitors in it (`LOG_ADDRESSES`). */
  requests: boolean;
  addresses: boolean;
  /** For lines of the HTTP framework itself. */
  framework: Logger;
}

const clean = (value: unknown): unknown => {
  if (typeof value === 'string') return value.slice(0, logLimits.textCharacters);
  return Array.isArray(value) ? value.slice(0, logLimits.listItems).map(clean) : value;
};
const cleaned = (fields: object): object =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, name === 'err' ? errorOf(value) : clean(value)]));

const other = 'other';
/** The keys with the largest numbers, and the rest as `other`. */
const largest = (sums: Map<string, number>): Record<string, number> => {
  const sorted = [...sums].filter(([key]) => key !== other).sort((a, b) => b[1] - a[1]);
  const rest = sorted.slice(logLimits.sumKeysNamed).reduce((sum, [, n]) => sum + n, sums.get(other) ?? 0);
  return Object.fromEntries([...sorted.slice(0, logLimits.sumKeysNamed), ...(rest === 0 ? [] : [[other, rest] as const])]);
};

/** `secrets`: texts that no line may hold. */
export const createLog = (
  service: string,
  instance: string,
  { LOG_LEVEL, REQUEST_LOG, LOG_ADDRESSES }: LogSettings,
  secrets: readonly string[] = [],
  destination: DestinationStream = pino.destination({ fd: 1, sync: true }),
): Log => {
  let lines = new Map<string, number>();
  const sums = new Map<LogSum, Map<string, number>>();
  let sinceMs = performance.now();
  const mayWrite = (event: keyof typeof logEvents): boolean => {
    const n = (lines.get(event) ?? 0) + 1;
    lines.set(event, n);
    return n <= mostOf(event);
  };
  const mostOf = (event: keyof typeof logEvents): number => eventSpec(event).mostPerMinute ?? logLimits.linesPerMinute;

  const options = {
    level: LOG_LEVEL,
    base: { service, instance },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (level: string) => ({ level }) },
    ...(tracing() ? { mixin: () => tracing()!.logFields() } : {}),
  };
  const streamWrite = masked(secrets);
  // Errors are cleaned before: pino's own serializer would rename them.
  const events = pino({ ...options, serializers: { err: (err: unknown) => err }, hooks: { streamWrite } }, destination);
  const framework = pino(
    {
      ...options,
      serializers: { err: errorOf, req: () => undefined, res: () => undefined },
      hooks: {
        streamWrite,
        logMethod(args, method) {
          if (mayWrite('http_server_said')) method.apply(this, args);
        },
      },
    },
    destination,
  ).child({ event: 'http_server_said' });

  const put = (event: keyof typeof logEvents, fields: object): void => {
    const { level, text } = eventSpec(event);
    events[level]({ event, ...cleaned(fields) }, text);
  };
  const flush = (): void => {
    const seconds = Math.round((performance.now() - sinceMs) / 1_000);
    sinceMs = performance.now();
    for (const [event, found] of sums) {
      const count = [...found.values()].reduce((sum, n) => sum + n, 0);
      put(event, { count, by: largest(found), seconds });
    }
    sums.clear();
    for (const [event, n] of lines) {
      const most = mostOf(event as keyof typeof logEvents);
      if (n > most) put('lines_suppressed', { of: event, count: n - most });
    }
    lines = new Map();
  };
  setInterval(flush, logLimits.sumMs).unref();

  return {
    write: (event, fields = {}) => {
      if (mayWrite(event)) put(event, fields);
    },
    count: (event, key, n = 1) => {
      let found = sums.get(event);
      if (!found) sums.set(event, (found = new Map()));
      const known = found.has(key) || found.size < logLimits.sumKeys ? key : other;
      found.set(known, (found.get(known) ?? 0) + n);
    },
    flush,
    requests: REQUEST_LOG === 'on',
    addresses: LOG_ADDRESSES === 'on',
    framework,
  };
};
