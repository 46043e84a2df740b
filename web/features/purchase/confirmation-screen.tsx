'use client';

import { useLanguage } from '../../lib/i18n/language-context.tsx';
import { Ticket, TicketText } from '../../ui/ticket.tsx';
import { RejoinButton } from '../waiting/rejoin-button.tsx';
import type { TicketQueue } from '../waiting/use-ticket-queue.ts';
import { allowanceOf, mayJoin, type ViewOf } from '../waiting/view.ts';
import { Receipts } from './receipts.tsx';

/** Fetched again after a reload, so that it can always be shown. */
export const ConfirmationScreen = ({ view, queue }: { view: ViewOf<'purchased'>; queue: TicketQueue }) => {
  const { t } = useLanguage();
  const again = mayJoin(view) && (
    <>
      <TicketText>{t('purchased.again', { count: allowanceOf(view) })}</TicketText>
      <RejoinButton view={view} queue={queue} look="quiet" />
    </>
  );
  return (
    <div data-testid="confirmation">
      <Ticket
        title={t('purchased.title')}
        label={
          <span aria-hidden="true" className="flex size-12 items-center justify-center rounded-full bg-accent text-2xl text-on-accent">
            ✓
          </span>
        }
        stub={again || (view.sale.soldOut ? <TicketText>{t('sold_out.purchased')}</TicketText> : undefined)}
      >
        <TicketText>{t(view.purchases.length === 0 ? 'purchased.loading' : 'purchased.body')}</TicketText>
        <Receipts sale={view.sale} purchases={view.purchases} />
      </Ticket>
    </div>
  );
};
