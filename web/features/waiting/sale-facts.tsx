'use client';

import type { Sale } from '@sunbeon/contracts';
import type { ReactNode } from 'react';
import { durationText } from '../../lib/i18n/format.ts';
import { useLanguage } from '../../lib/i18n/language-context.tsx';
import { hasLine, sellsHere, shopHostOf } from '../../lib/sale-kind.ts';
import type { SaleNumbers } from './sale-numbers.ts';
import { DateTime } from '../../ui/date-time.tsx';

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1 py-2.5">
    <dt className="text-ink-soft">{name}</dt>
    <dd className="font-medium tabular-nums">{children}</dd>
  </div>
);

/** Public facts of the sale. `figures`: those of the screen beside it; null before the first read. */
export const SaleFacts = ({ sale, numbers }: { sale: Sale; numbers: SaleNumbers | null }) => {
  const { t } = useLanguage();
  const { stock, waiting } = numbers ?? {
    stock: sellsHere(sale) ? sale.stock : null,
    waiting: hasLine(sale) ? sale.waiting + sale.lobby : null,
  };
  const host = shopHostOf(sale);
  return (
    <section aria-label={t('facts.title')} className="text-[0.9375rem]">
      <dl className="divide-y divide-line border-y border-line">
        {stock !== null && (
          <Fact name={t('facts.left')}>
            <span data-testid="facts-left">{t('facts.left.value', { left: stock.left, total: stock.total })}</span>
          </Fact>
        )}
        {stock !== null && stock.held > 0 && <Fact name={t('facts.held')}>{t('facts.tickets', { count: stock.held })}</Fact>}
        {waiting !== null && (
          <Fact name={t(sale.status === 'lobby' && sale.draw ? 'facts.lobby' : 'facts.waiting')}>
            <span data-testid="facts-waiting">{t('facts.people', { count: waiting })}</span>
          </Fact>
        )}
        {sellsHere(sale) ? (
          <Fact name={t('facts.limit')}>{t('facts.limit.value', { limit: sale.perVisitorLimit })}</Fact>
        ) : (
          <Fact name={t('facts.stay')}>{durationText(t, sale.sessionSeconds)}</Fact>
        )}
        {host !== null && (
          <Fact name={t('facts.shop')}>
            <span data-testid="facts-shop" className="break-all">
              {host}
            </span>
          </Fact>
        )}
        {sale.status === 'scheduled' && sale.lobbyOpensAt !== undefined && (
          <Fact name={t('facts.lobby.opens')}>
            <DateTime iso={sale.lobbyOpensAt} zone={sale.timeZone} />
          </Fact>
        )}
        {(sale.status === 'scheduled' || sale.status === 'lobby') && sale.opensAt !== undefined && (
          <Fact name={t('facts.opens')}>
            <DateTime iso={sale.opensAt} zone={sale.timeZone} />
          </Fact>
        )}
        {sale.closesAt !== undefined && (
          <Fact name={t('facts.closes')}>
            <DateTime iso={sale.closesAt} zone={sale.timeZone} />
          </Fact>
        )}
      </dl>
    </section>
  );
};
