import { actorText, defineScript, type Actor } from '@sunbeon/runtime';

/** A script of its own: the installation's log is in another slot than the sale. */
export const noteCreation = defineScript<{ saleId: string; title: string; by: Actor }, 'noted' | 'without_id'>({
  name: 'admission/note-creation',
  url: new URL('./note-creation.lua', import.meta.url),
  keys: ['operatorLog'],
  arguments: ({ saleId, title, by }) => [actorText(by), saleId, title],
  decode: (reply) => reply as 'noted' | 'without_id',
});
