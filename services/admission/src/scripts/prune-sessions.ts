import { defineScript } from '@sunbeon/runtime';

export const pruneSessions = defineScript<{ fingerprints: string[] }, 'pruned' | 'unchanged'>({
  name: 'admission/prune-sessions',
  url: new URL('./prune-sessions.lua', import.meta.url),
  keys: ['operatorSessions'],
  arguments: ({ fingerprints }) => fingerprints,
  decode: (reply) => reply as 'pruned' | 'unchanged',
});
