import { defineScript } from '../script.ts';

export type ReadSessionOutcome = { outcome: 'signed_in'; fingerprints: string[] } | { outcome: 'signed_out' };

/** `ids`: hashed; at least one. */
export const readSession = defineScript<{ ids: string[] }, ReadSessionOutcome>({
  name: 'runtime/read-session',
  url: new URL('./read-session.lua', import.meta.url),
  keys: ['operatorSessions'],
  arguments: ({ ids }) => ids,
  decode: (reply) => {
    const [outcome, ...fingerprints] = reply as [ReadSessionOutcome['outcome'], ...string[]];
    return outcome === 'signed_in' ? { outcome, fingerprints } : { outcome };
  },
});
