import { attempt } from './storage.ts';

/**
 * The first position of a place, so that the progress bar survives a reload. Kept in this browser only:
 * where storage is refused, progress starts again from the present position.
 */
const keyOf = (saleId: string): string => `sunbeon:first-position:${saleId}`;

export const recallFirstPosition = (saleId: string, seq: number | undefined): number | null =>
  attempt(() => {
    const [savedSeq, position] = (localStorage.getItem(keyOf(saleId)) ?? '').split(':').map(Number);
    return seq !== undefined && savedSeq === seq && position !== undefined && position > 0 ? position : null;
  }, null);

export const rememberFirstPosition = (saleId: string, seq: number | undefined, position: number): void => {
  if (seq !== undefined) attempt(() => localStorage.setItem(keyOf(saleId), `${seq}:${position}`), undefined);
};

/** Whether a place of this sale was ever shown here. */
export const rememberedPosition = (saleId: string): boolean => attempt(() => localStorage.getItem(keyOf(saleId)) !== null, false);

export const forgetFirstPosition = (saleId: string): void => attempt(() => localStorage.removeItem(keyOf(saleId)), undefined);
