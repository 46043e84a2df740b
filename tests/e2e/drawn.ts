import { createHash } from 'node:crypto';
import type { Draw } from '@sunbeon/contracts';
import { entryOf, keyOf, lotsOf, rootOf } from '../../services/admission/src/draw/draw.ts';

const hashBytes = 32;
const at = '2026-05-01T10:00:00.000Z';

/** A small draw as the services make it: its public data, and the place of each visitor, `visitor-0` and so on. */
export const drawnOf = (saleId: string, generation: number, count = 12, beacon?: Draw['beacon']) => {
  const sale = { saleId, generation };
  const entries = Array.from({ length: count }, (_, i) => entryOf(sale, `visitor-${i}`)).sort((a, b) => a.compare(b));
  const roster = Buffer.concat(entries);
  const seed = Buffer.alloc(hashBytes, 7);
  const root = rootOf(roster);
  const lots = lotsOf(keyOf(seed, root, null), roster);
  const lotOf = (i: number): Buffer => lots.subarray(i * hashBytes, (i + 1) * hashBytes);
  const draw: Draw = {
    algorithm: 'sunbeon-draw-v1',
    phase: 'drawn',
    order: 'random',
    commitment: createHash('sha256').update(seed).digest('hex'),
    generation,
    lobbyOpensAt: at,
    opensAt: at,
    closedAt: at,
    frozenAt: at,
    count,
    root: root.toString('hex'),
    ...(beacon === undefined ? {} : { beacon }),
    seed: seed.toString('hex'),
    drawnAt: at,
  };
  const seqOf = (visitorId: string): number => {
    const own = entries.findIndex((entry) => entry.equals(entryOf(sale, visitorId)));
    return 1 + entries.filter((_, i) => lotOf(i).compare(lotOf(own)) < 0).length;
  };
  return { draw, roster, seqOf };
};
