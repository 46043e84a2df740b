'use client';

import type { Sale } from '@sunbeon/contracts';
import { useRouter } from 'next/navigation';
import { useLanguage } from '../../lib/i18n/language-context.tsx';
import { Button } from '../../ui/button.tsx';
import { DateTime } from '../../ui/date-time.tsx';
import { Ticket, TicketText } from '../../ui/ticket.tsx';
import { hasLine, sellsHere } from '../../lib/sale-kind.ts';
import { StatusBadge } from './status-badge.tsx';

const SaleCard = ({ sale }: { sale: Sale }) => {
  const { t } = useLanguage();
  return (
    <li className="relative flex flex-col gap-3 rounded-2xl border border-line bg-paper p-5 transition-transform has-[a:hover]:-translate-y-0.5 motion-reduce:transition-none">
      <StatusBadgeRow sale={sale} />
      <h2 className="text-xl leading-snug font-bold">
        <a href={`/sales/${sale.saleId}`} className="rounded after:absolute after:inset-0 after:rounded-2xl">
          {sale.title}
        </a>
      </h2>
      <p className="flex flex-wrap gap-x-4 gap-y-1 text-sm text-ink-soft tabular-nums">
        {sellsHere(sale) && (
          <span>
            {t('facts.left')} {t('facts.left.value', { left: sale.stock.left, total: sale.stock.total })}
          </span>
        )}
        {hasLine(sale) && (
          <span>
            {t('facts.waiting')} {t('facts.people', { count: sale.waiting + sale.lobby })}
          </span>
        )}
      </p>
    </li>
  );
};

const StatusBadgeRow = ({ sale }: { sale: Sale }) => (
  <div className="flex flex-wrap items-center gap-3 text-sm text-ink-soft">
    <StatusBadge sale={sale} />
    {sale.status === 'scheduled' && sale.opensAt !== undefined && <DateTime iso={sale.opensAt} />}
  </div>
);

export const SalesList = ({ sales, next }: { sales: readonly Sale[]; next?: string | undefined }) => {
  const { t } = useLanguage();
  return (
    <>
      <h1 className="text-3xl font-bold tracking-tight sm:text-4xl">{t('sales.title')}</h1>
      <p className="mt-2 max-w-prose leading-relaxed text-ink-soft">{sales.length === 0 ? t('sales.none') : t('sales.intro')}</p>
      <ul className="mt-8 grid gap-4 sm:grid-cols-2">
        {sales.map((sale) => (
          <SaleCard key={sale.saleId} sale={sale} />
        ))}
      </ul>
      {next !== undefined && (
        <a
          href={`/?cursor=${next}`}

          data-testid="more-sales"
          className="mt-8 inline-block rounded font-semibold underline underline-offset-4"
        >
          {t('sales.more')}
        </a>
      )}
    </>
  );
};

/** The gateway does not answer: shows that, with a button to try again. */
export const SalesAway = () => {
  const { t } = useLanguage();
  const router = useRouter();
  return (
    <div data-testid="state" data-state="unreachable" className="mx-auto max-w-md">
      <Ticket title={t('sales.away.title')}>
        <TicketText>{t('sales.away.body')}</TicketText>
        <Button onClick={() => router.refresh()}>{t('retry.button')}</Button>
      </Ticket>
    </div>
  );
};
