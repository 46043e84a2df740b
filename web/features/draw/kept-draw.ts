import type { Sale } from '@sunbeon/contracts';
import { attempt } from '../../lib/storage.ts';
import type { Kept } from './check-draw.ts';

/** What this browser heard of a draw before it was drawn, with the times by its own clock, ms since 1970. */
export interface KeptDraw extends Kept {
  commitmentAtMs: number;
  rootAtMs?: number;
}
type Draw = NonNullable<Sale['draw']>;

const keyOf = (saleId: string): string => `sunbeon:draw:${saleId}`;

export const keptDrawOf = (saleId: string, generation: number): KeptDraw | null => {
  const kept = attempt(() => JSON.parse(localStorage.getItem(keyOf(saleId)) ?? 'null') as KeptDraw | null, null);
  return kept?.generation === generation ? kept : null;
};
/** Where storage is refused, the check says that nothing was kept. */
const keep = (saleId: string, kept: KeptDraw): void => attempt(() => localStorage.setItem(keyOf(saleId), JSON.stringify(kept)), undefined);

/** Keeps the first commitment that is heard; a later one does not replace it. */
export const keepCommitment = (saleId: string, generation: number, { commitment, beacon }: Draw): void => {
  if (keptDrawOf(saleId, generation) === null) keep(saleId, { generation, commitment, beacon, commitmentAtMs: Date.now() });
};
/** Keeps the first root. */
export const keepRoot = (saleId: string, generation: number, root: string): void => {
  const kept = keptDrawOf(saleId, generation);
  if (kept !== null && kept.root === undefined) keep(saleId, { ...kept, root, rootAtMs: Date.now() });
};
