'use client';

import type { Sale } from '@sunbeon/contracts';
import { useId } from 'react';
import { durationText } from '../../lib/i18n/format.ts';
import { isConfirmedByShop, sellsHere } from '../../lib/sale-kind.ts';
import { useLanguage } from '../../lib/i18n/language-context.tsx';

const names = ['order', 'refresh', 'closed', 'lost', 'device', 'turn'] as const;

const textKeyOf = (sale: Sale, name: (typeof names)[number]) => {
  if (name === 'order' && sale.draw !== undefined) return 'rules.order.draw';
  if (name !== 'turn') return `rules.${name}` as const;
  return !sellsHere(sale) ? 'rules.turn.gate' : isConfirmedByShop(sale) ? 'rules.turn.shop' : 'rules.turn';
};

/** What happens on a refresh, a closed tab, a lost connection, a second device. Said plainly, and true. */
export const HouseRules = ({ sale }: { sale: Sale }) => {
  const { t } = useLanguage();
  const id = useId();
  const values = { duration: durationText(t, sale.sessionSeconds), limit: sellsHere(sale) ? sale.perVisitorLimit : 0 };
  return (
    <section aria-labelledby={id} data-testid="rules" className="text-[0.9375rem]">
      <h2 id={id} className="text-lg font-bold tracking-tight">
        {t('rules.title')}
      </h2>
      <dl className="mt-3 flex flex-col gap-3.5">
        {names.map((name) => (
          <div key={name}>
            <dt className="font-semibold">{t(`rules.${name}.name`)}</dt>
            <dd className="mt-0.5 leading-relaxed text-ink-soft">{t(textKeyOf(sale, name), values)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
};
