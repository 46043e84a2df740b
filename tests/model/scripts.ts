import { createHash } from 'node:crypto';
import { keys } from '@sunbeon/contracts';
import type { Redis } from 'ioredis';
import { keyOf, type Script } from '@sunbeon/runtime';
import type { RunsOf } from './operations.ts';

/** A mutation of one script that a test must detect. `wrap`: additional faults of the caller. */
export interface Mutant {
  name: string;
  /** The violated invariant. */
  breaks: string;
  /** Every occurrence of `from` becomes `to` in these scripts (all, when none is named). */
  edits: { script?: string; from: string; to: string }[];
  /** The client sends every script twice, as an automatic resend does, and takes the second answer. */
  sendTwice?: boolean;
  /** The event is written by the caller, after the script; every so often the caller dies in between. */
  eventOutside?: boolean;
  /** The sales on which it runs: without an entrance, unless set. */
  of?: RunsOf;
}

const realClock = "local time = redis.call('TIME')";
/** Tests move the clock: the only line of the scripts that is replaced. */
const testClock = "local now_ms = tonumber(redis.call('GET', 'clock'))\nlocal time = { math.floor(now_ms / 1000), (now_ms % 1000) * 1000 }";

const shaOf = (source: string): string => createHash('sha1').update(source).digest('hex');

/** Runs the real scripts on a clock of the test's, with a mutant's edits if one is given. */
export const createRunner = (redis: Redis, mutant: Mutant | null) => {
  const made = new Map<string, { source: string; sha: string }>();
  let used = 0;
  const sourceOf = (script: Pick<Script<never, unknown>, 'name' | 'source'>) => {
    let entry = made.get(script.name);
    if (entry) return entry;
    let source = script.source.replace(realClock, testClock);
    for (const { script: only, from, to } of mutant?.edits ?? []) {
      if (only !== undefined && only !== script.name) continue;
      if (source.includes(from)) used += 1;
      source = source.replaceAll(from, to);
    }
    entry = { source, sha: shaOf(source) };
    made.set(script.name, entry);
    return entry;
  };

  let written = 0;
  const writeEvents = async (eventsKey: string): Promise<void> => {
    for (let later = await redis.lpop(`${eventsKey}:later`); later !== null; later = await redis.lpop(`${eventsKey}:later`)) {
      const [id, fields] = JSON.parse(later) as [string, string[]];
      written += 1;
      if (written % 50 !== 0) await redis.xadd(eventsKey, id, ...fields);
    }
  };

  return {
    /** Number of the mutant's edits that matched; a mutant without effect is a fault of the test. */
    used: () => used,
    run: async <Input, Reply>(script: Script<Input, Reply>, saleId: string, input: Input, now: number): Promise<Reply> => {
      const { source, sha } = sourceOf(script);
      const operands = [...script.keys.map((name) => keyOf(name, saleId)), ...script.arguments(input)];
      const send = async (): Promise<unknown> => {
        const rows = (await redis
          .pipeline([
            ['set', 'clock', String(now)],
            ['evalsha', sha, script.keys.length, ...operands],
          ])
          .exec())!;
        const [error, reply] = rows[1]!;
        if (error?.message.startsWith('NOSCRIPT')) return await redis.eval(source, script.keys.length, ...operands);
        if (error) throw new Error(`${script.name}: ${error.message}`);
        return reply;
      };
      const reply = await send();
      if (mutant?.eventOutside) await writeEvents(keys.events(saleId));
      return script.decode(mutant?.sendTwice ? await send() : reply);
    },
  };
};
export type Runner = ReturnType<typeof createRunner>;
