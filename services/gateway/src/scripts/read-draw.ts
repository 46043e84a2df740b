import type { Draw } from '@sunbeon/contracts';
import { defineScript, type NoSale } from '@sunbeon/runtime';

const iso = (ms: string): string => new Date(Number(ms)).toISOString();

/** The public state of a draw; `draw` is null for a sale without one. */
export const readDraw = defineScript<null, { outcome: 'read'; draw: Draw | null } | NoSale>({
  name: 'gateway/read-draw',
  url: new URL('./read-draw.lua', import.meta.url),
  keys: ['sale'],
  arguments: () => [],
  decode: (reply) => {
    const [exists, ...values] = reply as string[];
    if (exists === '0') return { outcome: 'no_sale' };
    const [generation, order, lobbyOpensAt, opensAt, commitment, closedAt, frozenAt, count, root, ...later] = values as [
      string,
      string,
      string,
      string,
      string,
      string,
      string,
      string,
      string,
      ...string[],
    ];
    const [network, chain, round, status, randomness, signature, drawnAt, seed] = later as [
      string,
      string,
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    if (lobbyOpensAt === '' || order !== 'random') return { outcome: 'read', draw: null };
    return {
      outcome: 'read',
      draw: {
        algorithm: 'sunbeon-draw-v1',
        phase: drawnAt !== '' ? 'drawn' : frozenAt !== '' ? 'frozen' : 'committed',
        order,
        commitment,
        generation: Number(generation),
        lobbyOpensAt: iso(lobbyOpensAt),
        opensAt: iso(opensAt),
        ...(closedAt === '' ? {} : { closedAt: iso(closedAt) }),
        ...(frozenAt === '' ? {} : { frozenAt: iso(frozenAt), count: Number(count), root }),
        ...(round === ''
          ? {}
          : {
              beacon: {
                network,
                chain,
                round: Number(round),
                status: status as 'pending' | 'verified' | 'unavailable',
                ...(randomness === '' ? {} : { randomness, signature }),
              },
            }),
        ...(drawnAt === '' ? {} : { seed, drawnAt: iso(drawnAt) }),
      },
    };
  },
});
