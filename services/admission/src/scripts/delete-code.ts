import { actorText, defineScript, type Actor } from '@sunbeon/runtime';

export type DeleteCodeOutcome = 'deleted' | 'code_not_found' | 'no_sale';

/** `code`: normalised. */
export const deleteCode = defineScript<{ code: string; by?: Actor }, DeleteCodeOutcome>({
  name: 'admission/delete-code',
  url: new URL('./delete-code.lua', import.meta.url),
  keys: ['sale', 'codes', 'codeOrder', 'auditLog'],
  hidesArguments: true,
  arguments: ({ code, by }) => [actorText(by), code],
  decode: (reply) => reply as DeleteCodeOutcome,
});
