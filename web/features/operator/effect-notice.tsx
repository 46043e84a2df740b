'use client';

import { m } from 'framer-motion';
import { useOperatorI18n } from './use-operator-i18n.ts';
import type { Effect } from './view.ts';

/** The last action, and the time until the figures showed it. */
export const EffectNotice = ({ effect }: { effect: Effect | null }) => {
  const { w, number } = useOperatorI18n();
  return (
    <div role="status" className="empty:hidden">
      {effect && (
        <m.p
          key={effect.atMs}
          initial={{ opacity: 0, y: -4 }}
          animate={{ opacity: 1, y: 0 }}
          data-testid="effect"
          data-seen-after-ms={effect.seenAfterMs ?? ''}
          className="flex flex-wrap gap-x-2 rounded-xl bg-accent-soft px-4 py-3 text-sm text-accent-strong"
        >
          <b className="font-semibold">{effect.text}</b>
          <span>
            {effect.seenAfterMs === null ? w('act.effect.wait') : w('act.effect', { seconds: number(effect.seenAfterMs / 1_000, 2, true) })}
          </span>
        </m.p>
      )}
    </div>
  );
};
