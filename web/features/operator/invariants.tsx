'use client';

import type { InvariantState } from '@sunbeon/contracts';
import { isOperatorKey } from '../../lib/i18n/operator-messages.ts';
import { Panel } from './controls.tsx';
import { useOperatorI18n } from './use-operator-i18n.ts';

const marks: Record<InvariantState['verdict'], string> = { holds: '✓', broken: '✕', unknown: '?' };

/** Invariants that counts can check, each with the compared counts. */
export const Invariants = ({ saleId, invariants }: { saleId: string; invariants: readonly InvariantState[] }) => {
  const { w } = useOperatorI18n();
  /** Null when a newer service says what this console does not know. */
  const saidOf = (said: NonNullable<InvariantState['said']>): string | null => {
    const texts = said.map(({ code, values }) => {
      const key = `invariants.said.${code}`;
      return isOperatorKey(key) ? w(key, values) : null;
    });
    return texts.includes(null) ? null : texts.join(' · ');
  };
  const broken = invariants.filter(({ verdict }) => verdict === 'broken').length;
  return (
    <Panel
      id="invariants"
      title={w('invariants.title')}
      aside={
        <span
          role="status"
          data-testid="invariants"
          data-broken={broken}
          className={`text-xs font-semibold ${broken > 0 ? 'text-danger' : 'text-accent'}`}
        >
          {broken > 0 ? w('invariants.some', { count: broken }) : w('invariants.all', { count: invariants.length })}
        </span>
      }
    >
      <ul className="flex flex-col">
        {invariants.map(({ invariant, title, verdict, text, said }) => {
          const key = `invariants.${invariant}`;
          const words = said === undefined ? null : saidOf(said);
          return (
            <li key={invariant} className="border-t border-line py-2 text-sm first:border-t-0">
              <span className="flex items-baseline justify-between gap-3">
                <span>
                  <span className="mr-2 inline-block w-5 text-xs text-ink-soft">{invariant}</span>
                  <span className="font-medium">{isOperatorKey(key) ? w(key) : title}</span>
                </span>
                <span
                  className={`shrink-0 text-xs font-semibold ${verdict === 'broken' ? 'text-danger' : verdict === 'holds' ? 'text-accent' : 'text-warn'}`}
                >
                  <span aria-hidden="true">{marks[verdict]} </span>
                  {w(`invariants.${verdict}`)}
                </span>
              </span>
              <span
                lang={words === null ? 'en' : undefined}
                className={`mt-0.5 block pl-7 text-xs leading-relaxed ${verdict === 'broken' ? 'text-danger' : 'text-ink-soft'}`}
              >
                {words ?? text}
              </span>
            </li>
          );
        })}
      </ul>
      <p className="mt-2 text-xs leading-relaxed text-ink-soft">{w('invariants.note', { sale: saleId })}</p>
    </Panel>
  );
};
