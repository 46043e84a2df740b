'use client';

import type { Sale } from '@sunbeon/contracts';
import type { ReactNode } from 'react';
import { useLanguage } from '../../lib/i18n/language-context.tsx';
import { Moment } from '../../ui/moment.tsx';

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1 py-2.5">
    <dt className="text-ink-soft">{name}</dt>
    <dd className="font-medium tabular-nums">{children}</dd>
  </div>
);

/** What anyone may know of the sale. */
export const SaleFacts = ({ sale }: { sale: Sale }) => {
  const { t } = useLanguage();
  const { stock } = sale;
  return (
    <section aria-label={t('facts.title')} className="text-[0.9375rem]">
      <dl className="divide-y divide-line border-y border-line">
        <Fact name={t('facts.left')}>{t('facts.left.value', { left: stock.left, total: stock.total })}</Fact>
        {stock.held > 0 && <Fact name={t('facts.held')}>{t('facts.tickets', { count: stock.held })}</Fact>}
        <Fact name={t('facts.waiting')}>{t('facts.people', { count: sale.waiting + sale.lobby })}</Fact>
        <Fact name={t('facts.limit')}>{t('facts.limit.value', { limit: sale.perVisitorLimit })}</Fact>
        {sale.status === 'scheduled' && sale.opensAt !== undefined && (
          <Fact name={t('facts.opens')}>
            <Moment iso={sale.opensAt} />
          </Fact>
        )}
        {sale.closesAt !== undefined && (
          <Fact name={t('facts.closes')}>
            <Moment iso={sale.closesAt} />
          </Fact>
        )}
      </dl>
    </section>
  );
};
