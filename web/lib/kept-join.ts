import type { JoinOptions } from '@sunbeon/client';
import { newKey } from './new-key.ts';
import { attempt } from './storage.ts';

/** A join as it was sent last, or will be. While it has no answer the next press sends its key again: both are one place. */
export type KeptJoin = Pick<JoinOptions, 'proof' | 'member' | 'code'> & { idempotencyKey: string };

const kept = new Map<string, KeptJoin>();
/** For a reload of this tab: the key and the proof that belongs to it. What a person shows is in no storage. */
const nameOf = (intent: string): string => `sunbeon:join:${intent}`;

/** `firstKey`: of an intent that this tab has not sent yet. */
export const keptJoin = (intent: string, firstKey: string): KeptJoin =>
  kept.get(intent) ?? { idempotencyKey: firstKey, ...attempt(() => JSON.parse(sessionStorage.getItem(nameOf(intent))!) as KeptJoin, null) };

/** Before it is sent: a page may be reloaded while it waits. */
export const keepJoin = (intent: string, join: KeptJoin): void => {
  kept.set(intent, join);
  const { idempotencyKey, proof } = join;
  attempt(() => sessionStorage.setItem(nameOf(intent), JSON.stringify({ idempotencyKey, proof })), undefined);
};

/** After an answer: the next join is another intent. */
export const forgetJoin = (intent: string): void => {
  kept.set(intent, { idempotencyKey: newKey() });
  attempt(() => sessionStorage.removeItem(nameOf(intent)), undefined);
};
