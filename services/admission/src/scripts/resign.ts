import { defineScript } from '@sunbeon/runtime';

/** Ends the lease of `instance`, when it has it. */
export const resign = defineScript<string, 'resigned' | 'not_leader'>({
  name: 'admission/resign',
  url: new URL('./resign.lua', import.meta.url),
  keys: ['leader'],
  arguments: (instance) => [instance],
  decode: (reply) => (reply === 1 ? 'resigned' : 'not_leader'),
});
