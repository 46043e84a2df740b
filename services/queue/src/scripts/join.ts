import { defineScript } from '@sunbeon/runtime';
import { decodePlaces, type PlacesReply } from './place-reply.ts';

/** What a visitor shows at the entrance of a sale, checked as far as signatures go; spending, counting and placing are the script's. */
export interface Entrance {
  /** Hash of the `Idempotency-Key`, and of what was sent under it. */
  key?: string;
  body?: string;
  /** A solved challenge of the sale: its id, the end of its validity (ms) and the generation of the sale in it. */
  proof?: { id: string; untilMs: number; generation: string };
  /** A proof that is not good. */
  proofFault?: true;
  /** Visitor id of the member, and the version of the sale whose settings the token was checked by. */
  member?: string;
  settings?: string;
  /** Why a member token is not good; `member_key_awaited`: the shop's keys are being read; `member_unavailable`: they cannot be had. */
  memberFault?: 'invalid_member' | 'member_key_awaited' | 'member_unavailable';
  /** The address has joined too often: only a right code or member token gives a new place. */
  limited?: true;
  /** An access code, normalised. */
  code?: string;
}

/** A visitor who joins. `generation`: that of the token sent, 0 without one; a visitor with a token of this sale had a place before. */
export interface Joiner {
  visitorId: string;
  generation: number;
  entrance?: Entrance;
}

/** Visitors in order of arrival → a place each. A bare id is a visitor without a token. */
export const join = defineScript<readonly (string | Joiner)[], PlacesReply>({
  name: 'queue/join',
  url: new URL('./join.lua', import.meta.url),
  keys: [
    'sale',
    'flow',
    'queue',
    'active',
    'stock',
    'bought',
    'sessions',
    'ended',
    'events',
    'holds',
    'holdData',
    'passes',
    'stays',
    'tickets',
    'lobby',
    'departed',
    'proofs',
    'joinKeys',
    'joinKeysOdd',
    'members',
    'codes',
    'codeUses',
    'codeHolders',
  ],
  hidesArguments: true,
  arguments: (joiners) =>
    joiners.flatMap((joiner) =>
      typeof joiner === 'string'
        ? [joiner, 0, '']
        : [joiner.visitorId, joiner.generation, joiner.entrance === undefined ? '' : JSON.stringify(joiner.entrance)],
    ),
  decode: decodePlaces,
});
