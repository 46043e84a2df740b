import { defineScript } from '@sunbeon/runtime';
import { decodePlaces, type PlacesReply } from './place-reply.ts';

/** `seq`: the number in the visitor's token, 0 without one; distinguishes a given-up place from one that never existed. */
export interface PlaceQuery {
  visitor: string;
  seq: number;
}

/** Where each visitor is. */
export const readPlaces = defineScript<readonly PlaceQuery[], PlacesReply>({
  name: 'queue/read-places',
  url: new URL('./read-places.lua', import.meta.url),
  keys: ['sale', 'flow', 'queue', 'active', 'sessions', 'ended', 'bought', 'lobby', 'departed'],
  arguments: (queries) => queries.flatMap(({ visitor, seq }) => [visitor, seq]),
  decode: decodePlaces,
});
