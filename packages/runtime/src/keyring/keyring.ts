import { createHash } from 'node:crypto';
import { keys, limits } from '@sunbeon/contracts';
import type { Logger } from 'pino';
import type { Metrics } from '../metrics.ts';
import { CodedError } from '../problems.ts';
import type { RedisClient } from '../redis.ts';
import { announceKeys, type KeyringAnswer } from './announce-keys.ts';

export const keyringLimits = {
  /** From one heartbeat to the next, ms. */
  everyMs: 1_500,
  /** After a heartbeat that failed or was late, ms. */
  againMs: 250,
  /** What an instance knows of the others is believed for this long, ms: it neither signs nor calls a token unknown on older knowledge. */
  freshMs: 4_000,
  /** An instance that was not heard of for this long is gone, ms. Longer than `freshMs` and two calls of Redis (2 s each): it has signed its last place before. */
  livesMs: 9_000,
  /** The clock of Redis and the own one may differ by this from heartbeat to heartbeat, ms; more is a jump, after which others look gone that are not. */
  jumpMs: 1_000,
} as const;

/** Names a key without telling it: the `kid` of tokens, and what instances tell each other in Redis. */
export const keyId = (secret: string): string => createHash('sha256').update(secret).digest('base64url').slice(0, 8);
/** The keys of TOKEN_SECRET, in order. */
export const secretsOf = (list: string): string[] => list.split(',').map((secret) => secret.trim());

/** Which keys the instances of this Sunbeon know, so that keys can be changed under a running sale, in whatever order instances are replaced. */
export interface Keyring {
  /** The key to sign with: the first one that every serving instance knows. Throws `unavailable` when that is not known now. */
  signingId: () => string;
  /** Whether a key that this instance does not know may be good: another instance knows it, or nobody can be asked now. */
  mayBeElsewhere: (id: string) => boolean;
}

/** The keyring of one service, as its process sees it. */
export interface ServiceKeyring extends Keyring {
  /** Begins to send heartbeats; until then the instance believes itself alone. */
  start: () => void;
  /** Says that the instance is gone. */
  stop: () => Promise<void>;
  /** Why nothing may be served: tokens that are good would be refused. */
  refusal: () => string | null;
  /** For `/readyz`. */
  missing: () => string | null;
  /** What an operator should know though all is well: for `/readyz` too. */
  note: () => string | null;
}

/** An instance that knows of no other. */
export const alone = (secrets: string): Keyring => {
  const [first] = secretsOf(secrets).map(keyId) as [string];
  return { signingId: () => first, mayBeElsewhere: () => false };
};

interface Options {
  instance: string;
  secrets: string;
  signs: boolean;
  redis: RedisClient;
  log: Logger;
  metrics: Metrics;
}

export const createKeyring = (
  { instance, secrets, signs, redis, log, metrics }: Options,
  times: { [name in keyof typeof keyringLimits]: number } = keyringLimits,
): ServiceKeyring => {
  const ids = secretsOf(secrets).map(keyId);
  const heldBack = signs ? metrics.gauge('sunbeon_token_key_held_back', {}) : null;
  heldBack?.set(0);
  let answer: KeyringAnswer | null = null;
  let started = false;
  let stopped = false;
  let announcing: Promise<void> | null = null;
  let timer: NodeJS.Timeout | undefined;
  let failure = 'not read yet';
  let sinceMs = 0;
  /** When the last heartbeat that was answered was sent, and when the first of an unbroken row was. */
  let sentAt = Number.NEGATIVE_INFINITY;
  let steadyFrom = Number.POSITIVE_INFINITY;
  let said = '';

  const isFresh = () => performance.now() - sentAt < times.freshMs;
  const refusal = (): string | null =>
    answer === null || answer.lacks.length === 0
      ? null
      : `TOKEN_SECRET lacks the key ${answer.lacks.join(' and ')}, whose tokens are still good: put it at the end of the list, or give up its places with HDEL ${keys.keyring} ${answer.lacks.map((id) => `signed:${id}`).join(' ')}`;
  const isHeldBack = (): boolean => signs && answer !== null && answer.lacks.length === 0 && answer.signing !== ids[0];
  const note = (): string | null =>
    !isHeldBack()
      ? null
      : `the first key of TOKEN_SECRET (${ids[0]}) does not sign yet: ${answer!.unknownTo.length > 0 ? `unknown to ${answer!.unknownTo.join(', ')}` : 'heartbeats of other instances may be missing'}`;
  /** What changed, once. */
  const say = (): void => {
    const now = refusal() ?? note() ?? '';
    if (now !== said && now !== '') (refusal() ? log.error : log.warn).call(log, now);
    if (now === '' && said !== '') log.info('all keys of TOKEN_SECRET are known to all instances; the first one signs');
    said = now;
  };

  const heartbeat = async (): Promise<void> => {
    const sent = performance.now();
    const passed = sent - sentAt;
    // After a silence the others look gone, too: it takes as long as at a start to hear of them.
    const steady = passed <= times.freshMs && sent - steadyFrom >= times.livesMs;
    const expectedMs = answer === null ? 0 : answer.nowMs + passed;
    const next = await announceKeys.run(redis, '', {
      instance,
      ids,
      sinceMs,
      signs,
      awaited: answer?.awaited ?? [],
      steady,
      livesMs: times.livesMs,
      tokenMs: limits.tokenDays * 86_400_000,
      expectedMs,
      jumpMs: times.jumpMs,
      signed: answer?.signing ?? null,
    });
    const jumped = Math.abs(next.nowMs - expectedMs) > times.jumpMs;
    if (answer === null || passed > times.freshMs || jumped) steadyFrom = sent;
    // Also the first heartbeat is counted by the clock that the others use now.
    if (jumped) sinceMs = next.nowMs;
    answer = next;
    sentAt = sent;
    heldBack?.set(isHeldBack() ? 1 : 0);
    say();
  };
  /** One heartbeat at a time. */
  const turn = (): void => {
    if (stopped || announcing || redis.status !== 'ready') return;
    clearTimeout(timer);
    announcing = heartbeat()
      .catch((error: Error) => {
        failure = error.message;
      })
      .then(() => {
        announcing = null;
        if (!stopped) timer = setTimeout(turn, isFresh() ? times.everyMs : times.againMs).unref();
      });
  };

  return {
    start: () => {
      started = true;
      redis.on('ready', turn);
      turn();
    },
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      // A Redis that hangs must not hold the end up; the entry runs out by itself.
      if (!started || redis.status !== 'ready') return;
      await Promise.race([
        redis.hdel(keys.keyring, `instance:${instance}`).catch(() => {}),
        new Promise((resolve) => setTimeout(resolve, times.againMs)),
      ]);
    },
    signingId: () => {
      if (!started) return ids[0]!;
      if (isFresh() && answer?.signing) return answer.signing;
      throw new CodedError('unavailable', 'Nothing can be signed now. Nothing was changed.');
    },
    mayBeElsewhere: (id) => started && !ids.includes(id) && (!isFresh() || answer!.elsewhere.includes(id)),
    refusal,
    note,
    missing: () => {
      if (!started) return null;
      // Who does not sign needs it once: the keyring may be on another shard of a Cluster than the sales that are served.
      if (answer === null || (signs && !isFresh())) return `the keyring cannot be read: ${failure}`;
      return refusal() ?? (signs && answer.signing === null ? note() : null);
    },
  };
};
