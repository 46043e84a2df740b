import type { Draw } from '@sunbeon/contracts';
import { defineScript, type NoSale } from '@sunbeon/runtime';

/** In the order of read-draw.lua. */
const names = [
  'generation',
  'order',
  'lobbyOpensAt',
  'opensAt',
  'commitment',
  'closedAt',
  'frozenAt',
  'count',
  'root',
  'network',
  'chain',
  'round',
  'status',
  'randomness',
  'signature',
  'drawnAt',
  'seed',
] as const;
/** '' for what is not there. */
type Stored = Record<(typeof names)[number], string>;

const iso = (ms: string): string => new Date(Number(ms)).toISOString();

const beaconOf = ({ network, chain, round, status, randomness, signature }: Stored): NonNullable<Draw['beacon']> => ({
  network,
  chain,
  round: Number(round),
  status: status as NonNullable<Draw['beacon']>['status'],
  ...(randomness === '' ? {} : { randomness, signature }),
});

/** Null for a sale without a draw. */
const drawOf = (stored: Stored): Draw | null => {
  const { order, generation, lobbyOpensAt, opensAt, commitment, closedAt, frozenAt, count, root, round, drawnAt, seed } = stored;
  if (lobbyOpensAt === '' || order !== 'random') return null;
  return {
    algorithm: 'sunbeon-draw-v1',
    phase: drawnAt !== '' ? 'drawn' : frozenAt !== '' ? 'frozen' : 'committed',
    order,
    commitment,
    generation: Number(generation),
    lobbyOpensAt: iso(lobbyOpensAt),
    opensAt: iso(opensAt),
    ...(closedAt === '' ? {} : { closedAt: iso(closedAt) }),
    ...(frozenAt === '' ? {} : { frozenAt: iso(frozenAt), count: Number(count), root }),
    ...(round === '' ? {} : { beacon: beaconOf(stored) }),
    ...(drawnAt === '' ? {} : { seed, drawnAt: iso(drawnAt) }),
  };
};

/** The public state of a draw. */
export const readDraw = defineScript<null, { outcome: 'read'; draw: Draw | null } | NoSale>({
  name: 'gateway/read-draw',
  url: new URL('./read-draw.lua', import.meta.url),
  keys: ['sale'],
  arguments: () => [],
  decode: (reply) => {
    const [exists, ...values] = reply as string[];
    if (exists === '0') return { outcome: 'no_sale' };
    return { outcome: 'read', draw: drawOf(Object.fromEntries(names.map((name, i) => [name, values[i] ?? ''])) as Stored) };
  },
});
