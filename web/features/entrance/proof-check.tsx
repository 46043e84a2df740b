'use client';

import { useId } from 'react';
import { useLanguage } from '../../lib/i18n/language-context.tsx';

export interface ProofCheckProps {
  /** From 0 to 1, of the longest that it can take: `onProgress` of `solveChallenge`. */
  done: number;
}

/** While the browser computes its proof of work: nothing to click, read or solve, and nothing that moves but the bar. A live region that is always there says it once. */
export const ProofCheck = ({ done }: ProofCheckProps) => {
  const { t } = useLanguage();
  const id = useId();
  const percent = Math.round(100 * Math.min(1, Math.max(0, done)));
  return (
    <section aria-labelledby={id} aria-busy="true" data-testid="proof-check" className="flex flex-col gap-3">
      <div className="flex flex-col gap-1">
        <p id={id} className="font-semibold">
          {t('proof.title')}
        </p>
        <p className="text-sm leading-relaxed text-ink-soft">{t('proof.body')}</p>
      </div>
      <div
        role="progressbar"
        aria-labelledby={id}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        className="h-2 overflow-hidden rounded-full bg-sunken ring-1 ring-line ring-inset"
      >
        <div className="h-full w-full origin-left bg-accent" style={{ transform: `scaleX(${percent / 100})` }} />
      </div>
    </section>
  );
};
