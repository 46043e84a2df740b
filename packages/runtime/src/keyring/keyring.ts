import { createHash } from 'node:crypto';
import { keys, limits } from '@sunbeon/contracts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics.ts';
import { CodedError } from '../problems.ts';
import type { RedisClient } from '../redis.ts';
import { announceKeys, type KeyringAnswer } from './announce-keys.ts';

export const keyringLimits = {
  /** Interval of heartbeats, ms. */
  everyMs: 1_500,
  /** Interval after a heartbeat that failed or was late, ms. */
  againMs: 250,
  /** Validity of an answer, ms: on an older one an instance neither signs nor calls a token unknown. */
  freshMs: 4_000,
  /** Silence after which an instance counts as gone, ms. Longer than `freshMs` and two calls of Redis (2 s each): its last signature is older. */
  livesMs: 9_000,
  /** Tolerated drift between the clock of Redis and the own one from heartbeat to heartbeat, ms; more is a jump, after which living instances look gone. */
  jumpMs: 1_000,
} as const;

/** Key id: identifies a key without revealing it. The `kid` of tokens, and the name of a key in Redis. */
export const keyId = (secret: string): string => createHash('sha256').update(secret).digest('base64url').slice(0, 8);
/** The keys of TOKEN_SECRET, in order. */
export const secretsOf = (list: string): string[] => list.split(',').map((secret) => secret.trim());

/** Keys that the instances of this Sunbeon know, so that keys can be rotated in a running sale, in whatever order instances are replaced. */
export interface Keyring {
  /** The key to sign with: the first one that every serving instance knows; of an instance that signs no tokens, the key of those that do. Throws `unavailable` while the answer is out of date. */
  signingId: () => string;
  /** Whether a key unknown here may be valid: another instance knows it, or the answer is out of date. */
  mayBeElsewhere: (id: string) => boolean;
}

/** The keyring of one service, for its process. */
export interface ServiceKeyring extends Keyring {
  /** Starts the heartbeats; until then the instance counts itself as the only one. */
  start: () => void;
  /** Removes the instance from the keyring. */
  stop: () => Promise<void>;
  /** Reason to serve nothing: valid tokens would be refused. */
  refusal: () => string | null;
  /** For `/readyz`. */
  missing: () => string | null;
  /** Note for operators while the instance is ready: for `/readyz` too. */
  note: () => string | null;
}

/** Keyring of a single instance. */
export const alone = (secrets: string): Keyring => {
  const [first] = secretsOf(secrets).map(keyId) as [string];
  return { signingId: () => first, mayBeElsewhere: () => false };
};

interface Options {
  instance: string;
  secrets: string;
  signs: boolean;
  redis: RedisClient;
  log: Log;
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
  /** Send times of the last answered heartbeat, and of the first of the unbroken series. */
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
  /** Logs each change once. */
  const say = (): void => {
    const now = refusal() ?? note() ?? '';
    if (now !== said && now !== '') log.write(refusal() ? 'keys_missing' : 'keys_held_back', { reason: now });
    if (now === '' && said !== '') log.write('keys_agreed');
    said = now;
  };

  const heartbeat = async (): Promise<void> => {
    const sent = performance.now();
    const passed = sent - sentAt;
    // After a silence the others look gone, too: the view is steady again after as long as at a start.
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
    // The first heartbeat, too, counts by the clock that the others use now.
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
      // A Redis that hangs must not delay the end; the entry expires by itself.
      if (!started || redis.status !== 'ready') return;
      await Promise.race([
        redis.hdel(keys.keyring, `instance:${instance}`).catch(() => {}),
        new Promise((resolve) => setTimeout(resolve, times.againMs)),
      ]);
    },
    signingId: () => {
      if (!started) return ids[0]!;
      if (isFresh() && answer?.signing) return answer.signing;
      throw new CodedError('unavailable', 'No key is certain to be known to every instance. Nothing was changed.');
    },
    mayBeElsewhere: (id) => started && !ids.includes(id) && (!isFresh() || answer!.elsewhere.includes(id)),
    refusal,
    note,
    missing: () => {
      if (!started) return null;
      // An instance that does not sign needs it once: the keyring may be on another shard of a Cluster than the served sales.
      if (answer === null || (signs && !isFresh())) return `the keyring cannot be read: ${failure}`;
      return refusal() ?? (signs && answer.signing === null ? note() : null);
    },
  };
};
