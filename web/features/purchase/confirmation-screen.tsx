'use client';

import type { Purchase } from '@sunbeon/contracts';
import { lazy, Suspense, type ComponentType } from 'react';
import { useLanguage } from '../../lib/i18n/language-context.tsx';
import { DateTime } from '../../ui/date-time.tsx';
import { Ticket, TicketText } from '../../ui/ticket.tsx';
import { RejoinButton } from '../waiting/rejoin-button.tsx';
import type { TicketQueue } from '../waiting/use-ticket-queue.ts';
import { allowanceOf, mayJoin, type ViewOf } from '../waiting/view.ts';

/** Loaded with the first receipt, and left out where that fails: the number itself is the way in. */
const optional = <P extends object>(load: () => Promise<ComponentType<P>>) =>
  lazy(async (): Promise<{ default: ComponentType<P> }> => ({ default: await load().catch(() => () => null) }));
const QrCode = optional(async () => (await import('../entrance/qr-code.tsx')).QrCode);
const ReceiptActions = optional(async () => (await import('./receipt-actions.tsx')).ReceiptActions);

/** One purchase, with its number as a QR code for the check-in; a cancelled one says so and has none. */
export const Receipt = ({ purchase, newest }: { purchase: Purchase; newest: boolean }) => {
  const { t } = useLanguage();
  return (
    <dl data-state={purchase.state} className="grid grid-cols-[auto_1fr] gap-x-8 gap-y-4 rounded-2xl bg-sunken p-4">
      <div className="col-span-2">
        <dt className="text-sm text-ink-soft">{t('purchased.number')}</dt>
        <dd data-testid={newest ? 'purchase-id' : undefined} className="font-mono text-[0.9375rem] font-semibold break-all select-all">
          {purchase.purchaseId}
        </dd>
        {purchase.state === 'paid' && (
          <dd className="mt-4 aspect-square w-full max-w-60" data-testid="purchase-qr">
            <Suspense>
              <QrCode text={purchase.purchaseId} label={t('purchased.qr', { id: purchase.purchaseId })} />
            </Suspense>
          </dd>
        )}
      </div>
      <div>
        <dt className="text-sm text-ink-soft">{t('purchased.quantity')}</dt>
        <dd className="font-semibold tabular-nums">{t('facts.tickets', { count: purchase.quantity })}</dd>
      </div>
      <div>
        <dt className="text-sm text-ink-soft">{t('purchased.at')}</dt>
        <dd className="font-semibold tabular-nums">
          <DateTime iso={purchase.purchasedAt} />
        </dd>
      </div>
      {purchase.state === 'cancelled' && (
        <div className="col-span-2">
          <dt className="sr-only">{t('purchased.state')}</dt>
          <dd className="font-semibold">{t('purchased.cancelled')}</dd>
        </div>
      )}
    </dl>
  );
};

/** Newest first. Fetched again after a reload, so that it can always be shown. */
export const ConfirmationScreen = ({ view, queue }: { view: ViewOf<'purchased'>; queue: TicketQueue }) => {
  const { t } = useLanguage();
  const purchases = [...view.purchases].sort((a, b) => b.purchasedAt.localeCompare(a.purchasedAt));
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
        <TicketText>{purchases.length === 0 ? t('purchased.loading') : t('purchased.body')}</TicketText>
        {purchases.map((purchase, index) => (
          <Receipt key={purchase.purchaseId} purchase={purchase} newest={index === 0} />
        ))}
        <Suspense fallback={<div className="min-h-12" />}>
          <ReceiptActions sale={view.sale} purchases={purchases} />
        </Suspense>
        {purchases.length > 0 && <p className="text-sm leading-relaxed text-ink-soft print:hidden">{t('receipt.keep')}</p>}
      </Ticket>
    </div>
  );
};
