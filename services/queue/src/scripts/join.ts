import { defineScript } from '@sunbeon/runtime';
import { decodePlaces, type Places } from './place-reply.ts';

/** Visitors in order of arrival → a place each; null when there is no sale. */
export const join = defineScript<readonly string[], Places | null>({
  name: 'queue/join',
  url: new URL('./join.lua', import.meta.url),
  keys: ['sale', 'flow', 'queue', 'active', 'stock', 'bought', 'sessions', 'ended', 'events', 'holds', 'holdData'],
  arguments: (visitors) => [...visitors],
  decode: decodePlaces,
});
