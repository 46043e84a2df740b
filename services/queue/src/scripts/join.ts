import { defineScript } from '@sunbeon/runtime';
import { decodePlaces, type PlacesReply } from './place-reply.ts';

/** A visitor who joins. `generation`: that of the token sent, 0 without one; a visitor with a token of this sale had a place before. */
export interface Joiner {
  visitorId: string;
  generation: number;
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
  ],
  arguments: (joiners) => joiners.flatMap((joiner) => (typeof joiner === 'string' ? [joiner, 0] : [joiner.visitorId, joiner.generation])),
  decode: decodePlaces,
});
