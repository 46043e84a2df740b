/**
 * The first position of a place, so that the progress bar survives a reload. Kept in this browser only:
 * where storage is refused, progress starts again from the present position.
 */
const keyOf = (saleId: string): string => `sunbeon:first-position:${saleId}`;

export const recallFirstPosition = (saleId: string, seq: number | undefined): number | null => {
  try {
    const [savedSeq, position] = (localStorage.getItem(keyOf(saleId)) ?? '').split(':').map(Number);
    return seq !== undefined && savedSeq === seq && position !== undefined && position > 0 ? position : null;
  } catch {
    return null;
  }
};

export const rememberFirstPosition = (saleId: string, seq: number | undefined, position: number): void => {
  if (seq === undefined) return;
  try {
    localStorage.setItem(keyOf(saleId), `${seq}:${position}`);
  } catch {
    // Storage is full or refused; nothing depends on it.
  }
};

/** Whether a place of this sale was ever shown here. */
export const rememberedPosition = (saleId: string): boolean => {
  try {
    return localStorage.getItem(keyOf(saleId)) !== null;
  } catch {
    return false;
  }
};

export const forgetFirstPosition = (saleId: string): void => {
  try {
    localStorage.removeItem(keyOf(saleId));
  } catch {
    // Storage is refused, so there is nothing to forget.
  }
};
