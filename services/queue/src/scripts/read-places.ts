import { defineScript } from '@sunbeon/runtime';
import { decodePlaces, type Places } from './place-reply.ts';

/** Visitors → where each is; null when there is no sale. */
export const readPlaces = defineScript<readonly string[], Places | null>({
  name: 'queue/read-places',
  url: new URL('./read-places.lua', import.meta.url),
  keys: ['sale', 'flow', 'queue', 'active', 'sessions', 'ended', 'bought', 'lobby'],
  arguments: (visitors) => [...visitors],
  decode: decodePlaces,
});
