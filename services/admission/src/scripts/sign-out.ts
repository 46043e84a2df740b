import { actorText, defineScript, type Actor } from '@sunbeon/runtime';

/** `ids`: hashed; at least one. */
export const signOut = defineScript<{ ids: string[]; by: Actor }, 'signed_out' | 'unknown'>({
  name: 'admission/sign-out',
  url: new URL('./sign-out.lua', import.meta.url),
  keys: ['operatorSessions', 'operatorLog'],
  arguments: ({ ids, by }) => [actorText(by), ...ids],
  decode: (reply) => reply as 'signed_out' | 'unknown',
});
