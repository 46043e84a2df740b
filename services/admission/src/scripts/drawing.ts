import { unexpectedReply } from '@sunbeon/runtime';

/** Why a leader does not go on with a draw. `another`: what it computed is not what stands in Redis. */
export type Stopped = 'no_sale' | 'over' | 'fenced' | 'another';
const stopped = new Set<string>(['no_sale', 'over', 'fenced', 'another'] satisfies Stopped[]);
export const isStopped = (outcome: string): outcome is Stopped => stopped.has(outcome);

/** Decodes the one word of a step of the draw. */
export const stepOf =
  <Done extends string>(script: string, done: Done) =>
  (reply: unknown): Done | Stopped =>
    reply === done ? done : isStopped(String(reply)) ? (reply as Stopped) : unexpectedReply(script, reply);
