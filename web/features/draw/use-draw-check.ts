import { useCallback, useEffect, useRef, useState } from 'react';
import { isKnown, type View } from '../waiting/view.ts';
import type { Place } from './check-draw.ts';
import type { CheckProgress, RunningCheck } from './run-check.ts';

/** The check that the reader asked for. Its code is loaded by the click. */
export type DrawCheck =
  | { status: 'idle' | 'loading' | 'failed' }
  | ({ status: 'asked'; Panel: (typeof import('./check-panel.tsx'))['CheckPanel']; place: Omit<Place, 'kept'> } & CheckProgress);

export interface CheckControl {
  check: DrawCheck;
  /** Starts a check of the place that is shown, or starts it again. */
  start: () => void;
}

const idle: DrawCheck = { status: 'idle' };

/** One check of a drawn number. It outlives the screens of its place: a pause or the opening does not end it; another place does. */
export const useDrawCheck = (saleId: string, view: View): CheckControl => {
  const [check, setCheck] = useState<DrawCheck>(idle);
  const running = useRef<RunningCheck | null>(null);
  const { visitorId, generation, seq } = (isKnown(view) ? view.visitor : null) ?? {};
  /** Of the place that the last check was started for. */
  const round = useRef(0);

  const end = useCallback(() => {
    round.current += 1;
    running.current?.stop();
    running.current = null;
  }, []);

  useEffect(() => {
    setCheck(idle);
    return end;
  }, [saleId, visitorId, generation, seq, end]);

  const start = useCallback(() => {
    if (visitorId === undefined || generation === undefined || seq === undefined) return;
    end();
    const mine = round.current;
    const place = { saleId, visitorId, generation, seq };
    setCheck((before) => (before.status === 'asked' ? before : { status: 'loading' }));
    Promise.all([import('./check-panel.tsx'), import('./run-check.ts')])
      .then(([{ CheckPanel }, { runCheck }]) => {
        if (mine !== round.current) return;
        running.current = runCheck(place, (seen) => {
          if (mine === round.current) setCheck({ status: 'asked', Panel: CheckPanel, place, ...seen });
        });
      })
      // Not loaded, or the browser refuses a worker.
      .catch(() => mine === round.current && setCheck({ status: 'failed' }));
  }, [saleId, visitorId, generation, seq, end]);

  return { check, start };
};
