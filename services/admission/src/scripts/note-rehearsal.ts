import { actorText, defineScript, type Actor } from '@sunbeon/runtime';

/** `plan`: JSON of the people. */
export const noteRehearsal = defineScript<{ rehearsalId: string; plan: string; by: Actor }, 'noted' | 'no_sale'>({
  name: 'admission/note-rehearsal',
  url: new URL('./note-rehearsal.lua', import.meta.url),
  keys: ['sale', 'auditLog'],
  arguments: ({ rehearsalId, plan, by }) => [actorText(by), rehearsalId, plan],
  decode: (reply) => reply as 'noted' | 'no_sale',
});
