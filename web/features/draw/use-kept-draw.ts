import { useEffect } from 'react';
import { isKnown, type View } from '../waiting/view.ts';
import { keepCommitment, keepRoot } from './kept-draw.ts';

/**
 * Interval at which a page asks for the root of a draw with a beacon, ms: it is public for three seconds before the beacon exists. The first time is
 * drawn at random, so that a crowd is spread over one interval.
 */
const everyMs = 2_500;

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
      later(everyMs);
    };
    const later = (inMs: number): void => {
      timer = setTimeout(() => void ask().catch(() => later(everyMs)), inMs);
    };
    later(Math.random() * everyMs);
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [saleId, asks, generation]);
};
