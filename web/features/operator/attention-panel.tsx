'use client';

import { attention } from '@sunbeon/contracts/attention';
import { isOperatorKey } from '../../lib/i18n/operator-messages.ts';
import { noticeTones } from '../../ui/notice.tsx';
import { attentionOf } from './attention.ts';
import { useAge } from './freshness.tsx';
import { useOperatorI18n } from './use-operator-i18n.ts';
import type { SaleView } from './view.ts';

const tones = { critical: 'danger', warning: 'warn' } as const;

/** What needs a person, with its first step. Screen readers hear each entry once, when it comes: figures change each second. */
export const AttentionPanel = ({ view }: { view: SaleView }) => {
  const { w } = useOperatorI18n();
  const found = attentionOf(view, useAge(view.receivedAtMs));
  const nameOf = (invariant: string): string => {
    const key = `invariants.${invariant}`;
    return isOperatorKey(key) ? w(key) : invariant;
  };
  return (
    <>
      <div role="alert" aria-atomic="false" className="sr-only">
        {found.map(({ code }) => (
          <p key={code}>{w(`attention.${code}.title`)}</p>
        ))}
      </div>
      {found.length > 0 && (
        <section aria-labelledby="attention" data-testid="attention">
          <h2 id="attention" className="sr-only">
            {w('attention.title')}
          </h2>
          <ul className="flex flex-col gap-2">
            {found.map(({ code, figures, invariants = [] }) => (
              <li
                key={code}
                data-code={code}
                className={`rounded-xl px-4 py-3 text-[0.9375rem] leading-relaxed ${noticeTones[tones[attention[code].severity]]}`}
              >
                <p>
                  <b className="font-semibold">{w(`attention.${code}.title`)}.</b>{' '}
                  {w(`attention.${code}.text`, { ...figures, names: invariants.map(nameOf).join(', ') })}
                </p>
                <p>
                  <b className="font-semibold">{w('attention.first')}</b> {w(`attention.${code}.step`)}
                </p>
                <p className="mt-0.5 text-xs">
                  {w('attention.runbook')} <code className="break-all">RUNBOOK.md#{attention[code].alert.toLowerCase()}</code>
                </p>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
};
