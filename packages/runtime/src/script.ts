import { createHash } from 'node:crypto';
import { keys, type InstallationKey, type SaleKey } from '@sunbeon/contracts';
import { readScript } from './script-source.ts';
import type { RedisClient } from './redis.ts';
import { tracing } from './trace.ts';
import { redisBreakerOf } from './redis-breaker.ts';

export type ScriptArgument = string | number | Buffer;

/** A key of one sale, or one outside all sales. */
export type ScriptKey = SaleKey | InstallationKey;
export const keyOf = (name: ScriptKey, saleId: string): string => {
  const key = keys[name];
  return typeof key === 'string' ? key : key(saleId);
};

/** The answer of a script to a call for a sale that does not exist. */
export interface NoSale {
  outcome: 'no_sale';
}

/** A decoded reply: one case of a union, never null, undefined or a bare number. */
export type ScriptAnswer = string | object;

export interface ScriptSpec<Input, Reply extends ScriptAnswer> {
  /** `service/verb`, the label of its metrics. */
  name: string;
  /** The `.lua` beside its pair: `new URL('./join.lua', import.meta.url)`. */
  url: URL;
  /** The keys in the order of the script's header. */
  keys: readonly ScriptKey[];
  arguments: (input: Input) => ScriptArgument[];
  decode: (reply: unknown) => Reply;
  /** Bypasses the breaker: for calls that must not queue behind others, one in flight. */
  pastBreaker?: boolean;
  /** Replies as Buffers (bitmaps). */
  binary?: boolean;
  /** The arguments can contain a secret (a seed, an access code): SLOWLOG, which monitoring reads, shows none of them. */
  hidesArguments?: boolean;
}

/** SLOWLOG keeps this many arguments of a command, and only counts further ones; the command, the hash and the number of keys are the first. */
const loggedArguments = 32;
const ahead = 3;
/** The same keys, the first one repeated until the arguments behind them are beyond those that are logged. */
const padded = (keys: string[]): string[] => [...keys, ...Array<string>(Math.max(0, loggedArguments - ahead - keys.length)).fill(keys[0]!)];

export interface Script<Input, Reply> {
  name: string;
  keys: readonly ScriptKey[];
  source: string;
  /** SHA-1 of the source, for EVALSHA. */
  sha: string;
  arguments: (input: Input) => ScriptArgument[];
  decode: (reply: unknown) => Reply;
  /** Runs the script on one sale. Throws what ioredis throws; classify it with `classifyRedisError`. */
  run: (redis: RedisClient, saleId: string, input: Input) => Promise<Reply>;
}

type Observer = (script: string, seconds: number, error?: unknown) => void;
let observer: Observer = () => {};
/** The registry of metrics, set once per process by the service. */
export const observeScripts = (next: Observer): void => {
  observer = next;
};

/** ioredis puts the command on its errors, and a log prints all of an error: arguments of scripts name visitors and carry the seed of a draw. */
const withoutArguments = (error: unknown): unknown => {
  if (error instanceof Error) delete (error as Error & { command?: unknown }).command;
  return error;
};

const noScript = (error: unknown): boolean => error instanceof Error && error.message.startsWith('NOSCRIPT');

/** A script as it is sent; read at its first use, because settings are in its text. */
const prepare = (url: URL) => {
  const source = readScript(url);
  return {
    source,
    sha: createHash('sha1').update(source).digest('hex'),
    // A read-only script is sent by its `_RO` command, so that a read-only user of Redis may run it.
    verb: source.startsWith('#!lua flags=no-writes')
      ? ({ known: 'EVALSHA_RO', whole: 'EVAL_RO', kind: 'read' } as const)
      : ({ known: 'EVALSHA', whole: 'EVAL', kind: 'write' } as const),
    // Only scripts that write events take the callers' traces as a last argument; others would read it as input.
    takesTraces: source.includes('local traces = '),
  };
};
type Prepared = ReturnType<typeof prepare>;

/** Types one Lua script at its pair. Sent by hash; the whole text only when Redis does not know it (nothing ran then). */
export const defineScript = <Input, Reply extends ScriptAnswer>(spec: ScriptSpec<Input, Reply>): Script<Input, Reply> => {
  let prepared: Prepared | undefined;
  const text = (): Prepared => (prepared ??= prepare(spec.url));
  const call = async (redis: RedisClient, saleId: string, input: Input, traces: string): Promise<Reply> => {
    const { source, sha, verb, takesTraces } = text();
    const named = spec.keys.map((name) => keyOf(name, saleId));
    const all = spec.hidesArguments ? padded(named) : named;
    const operands = [...all, ...spec.arguments(input), ...(takesTraces && traces !== '' ? [`traces ${traces}`] : [])];
    const started = process.hrtime.bigint();
    const seconds = () => Number(process.hrtime.bigint() - started) / 1e9;
    try {
      const send = (command: string, body: string): Promise<unknown> =>
        spec.binary ? redis.callBuffer(command, body, all.length, ...operands) : redis.call(command, body, all.length, ...operands);
      const sendOnce = () =>
        send(verb.known, sha).catch((error: unknown) => {
          if (noScript(error)) return send(verb.whole, source);
          throw error;
        });
      const reply = spec.decode(await (spec.pastBreaker ? sendOnce() : redisBreakerOf(redis).execute(sendOnce, verb.kind)));
      observer(spec.name, seconds());
      return reply;
    } catch (error) {
      observer(spec.name, seconds(), error);
      throw withoutArguments(error);
    }
  };
  const run = (redis: RedisClient, saleId: string, input: Input): Promise<Reply> => {
    const traced = tracing();
    return traced ? traced.script(spec.name, (traces) => call(redis, saleId, input, traces)) : call(redis, saleId, input, '');
  };
  return {
    name: spec.name,
    keys: spec.keys,
    get source() {
      return text().source;
    },
    get sha() {
      return text().sha;
    },
    arguments: spec.arguments,
    decode: spec.decode,
    run,
  };
};

/** For a reply that the pair cannot decode, which is a bug: fails this call and names the script. */
export const unexpectedReply = (script: string, reply: unknown): never => {
  throw new Error(`script ${script} answered ${JSON.stringify(reply)}`);
};
