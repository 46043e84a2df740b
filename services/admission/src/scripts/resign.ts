import { defineScript } from '@sunbeon/runtime';

/** True when `instance` was the leader until now. */
export const resign = defineScript<string, boolean>({
  name: 'admission/resign',
  url: new URL('./resign.lua', import.meta.url),
  keys: ['leader'],
  arguments: (instance) => [instance],
  decode: (reply) => reply === 1,
});
