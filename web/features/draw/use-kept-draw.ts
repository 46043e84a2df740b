import { useEffect } from 'react';
import { isKnown, type View } from '../waiting/view.ts';
import { keepCommitment, keepRoot } from './kept-draw.ts';

/** The root of a draw with a beacon is asked for within this after the closing, and again until it is there, ms: it is public three seconds before the beacon. */
const spreadMs = 1_500;

/** Keeps what proves the draw later: the commitment from the lobby on, and the root before its beacon exists. */
export const useKeptDraw = (saleId: string, view: View): void => {
  const known = isKnown(view) ? view : null;
  const draw = known?.sale.draw;
  const generation = known?.visitor?.generation;
  const commitment = draw?.commitment;
  const beacon = draw?.beacon;
  const isBefore = view.state === 'lobby' || view.state === 'drawing';
  const asks = view.state === 'drawing' && beacon === 'drand';

  useEffect(() => {
    if (isBefore && generation !== undefined && commitment !== undefined && beacon !== undefined)
      keepCommitment(saleId, generation, { commitment, beacon, order: 'random' });
  }, [saleId, generation, commitment, beacon, isBefore]);

  useEffect(() => {
    if (!asks || generation === undefined) return;
    let timer: ReturnType<typeof setTimeout>;
    let stopped = false;
    const ask = async (): Promise<void> => {
      const { readDraw } = await import('./source.ts');
      const answer = await readDraw(saleId);
      if (stopped) return;
      if (answer?.root !== undefined) return keepRoot(saleId, generation, answer.root);
      later();
    };
    const later = (): void => {
      timer = setTimeout(() => void ask().catch(() => undefined), Math.random() * spreadMs);
    };
    later();
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [saleId, asks, generation]);
};
