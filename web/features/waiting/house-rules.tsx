'use client';

import type { Sale } from '@sunbeon/contracts';
import { useId } from 'react';
import { durationText } from '../../lib/i18n/format.ts';
import { useLanguage } from '../../lib/i18n/language-context.tsx';

const names = ['order', 'refresh', 'closed', 'lost', 'device', 'turn'] as const;

/** Effects of a reload, a closed tab, a lost connection, a second device. */
export const HouseRules = ({ sale }: { sale: Sale }) => {
  const { t } = useLanguage();
  const id = useId();
  const values = { duration: durationText(t, sale.sessionSeconds), limit: sale.perVisitorLimit };
  return (
    <section aria-labelledby={id} data-testid="rules" className="text-[0.9375rem]">
      <h2 id={id} className="text-lg font-bold tracking-tight">
        {t('rules.title')}
      </h2>
      <dl className="mt-3 flex flex-col gap-3.5">
        {names.map((name) => (
          <div key={name}>
            <dt className="font-semibold">{t(`rules.${name}.name`)}</dt>
            <dd className="mt-0.5 leading-relaxed text-ink-soft">{t(`rules.${name}`, values)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
};
