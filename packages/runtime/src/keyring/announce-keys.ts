import { defineScript } from '../script.ts';

export interface KeyAnnouncement {
  instance: string;
  /** Ids of its keys, in the order of TOKEN_SECRET. */
  ids: readonly string[];
  /** Time of its first heartbeat by the clock of Redis, ms; 0 for the first. */
  sinceMs: number;
  /** `awaited` of its last answer. */
  awaited: readonly string[];
  signs: boolean;
  steady: boolean;
  livesMs: number;
  tokenMs: number;
  /** Expected time of the clock of Redis, by the last answer; 0 before it. */
  expectedMs: number;
  jumpMs: number;
  /** The key of the last answer. */
  signed: string | null;
}

export interface KeyringAnswer {
  nowMs: number;
  /** The key to sign with, or null. */
  signing: string | null;
  /** Keys with valid tokens that this instance lacks. */
  lacks: readonly string[];
  /** Those of them that it awaits even when no living instance knows them. */
  awaited: readonly string[];
  /** Keys that other living instances know. */
  elsewhere: readonly string[];
  /** Serving instances that do not know the first key. */
  unknownTo: readonly string[];
}

const list = (text: string): string[] => (text === '' ? [] : text.split(','));

/** Heartbeat of an instance. Bypasses the breaker: joins depend on it, and only one call is in flight. */
export const announceKeys = defineScript<KeyAnnouncement, KeyringAnswer>({
  name: 'runtime/announce-keys',
  url: new URL('./announce-keys.lua', import.meta.url),
  keys: ['keyring'],
  pastBreaker: true,
  arguments: ({ instance, ids, sinceMs, awaited, signs, steady, livesMs, tokenMs, expectedMs, jumpMs, signed }) => [
    instance,
    ids.join(','),
    sinceMs,
    awaited.join(','),
    signs ? 1 : 0,
    steady ? 1 : 0,
    livesMs,
    tokenMs,
    Math.round(expectedMs),
    jumpMs,
    signed ?? '',
  ],
  decode: (reply) => {
    const [nowMs, signing, lacks, awaited, elsewhere, unknownTo] = reply as [number, string, string, string, string, string];
    return {
      nowMs,
      signing: signing === '' ? null : signing,
      lacks: list(lacks),
      awaited: list(awaited),
      elsewhere: list(elsewhere),
      unknownTo: list(unknownTo),
    };
  },
});
