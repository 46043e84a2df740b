import { actorText, defineScript, type Actor } from '@sunbeon/runtime';

/** `id` and `ended`: hashed. `exists`: the id is taken, which no random one is. */
export const signIn = defineScript<{ id: string; fingerprint: string; ended: string[]; by: Actor }, 'signed_in' | 'exists'>({
  name: 'admission/sign-in',
  url: new URL('./sign-in.lua', import.meta.url),
  keys: ['operatorSessions', 'operatorLog'],
  arguments: ({ id, fingerprint, ended, by }) => [actorText(by), id, fingerprint, ...ended],
  decode: (reply) => reply as 'signed_in' | 'exists',
});
