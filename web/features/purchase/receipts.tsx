'use client';

import type { Purchase, Sale } from '@sunbeon/contracts';
import { lazy, Suspense, type ComponentType, type RefObject } from 'react';
import { useLanguage } from '../../lib/i18n/language-context.tsx';
import { DateTime } from '../../ui/date-time.tsx';
import { boughtBy, type StateName, type View } from '../waiting/view.ts';

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

/** Newest first, with the ways to keep them. */
export const Receipts = ({ sale, purchases }: { sale: Sale; purchases: readonly Purchase[] }) => {
  const newestFirst = [...purchases].sort((a, b) => b.purchasedAt.localeCompare(a.purchasedAt));
  return (
    <>
      {newestFirst.map((purchase, index) => (
        <Receipt key={purchase.purchaseId} purchase={purchase} newest={index === 0} />
      ))}
      <Suspense fallback={<div className="min-h-24" />}>
        <ReceiptActions sale={sale} purchases={newestFirst} />
      </Suspense>
    </>
  );
};

/** Nothing else to do here: the receipts are open. */
const over: readonly StateName[] = ['expired', 'left', 'completed', 'sold_out', 'closed'];

/** Below the screen of every state but their own: whoever joined again, or came back later, needs the number and the code at the door. */
export const EarlierReceipts = ({ view, opened }: { view: View; opened: RefObject<boolean> }) => {
  const { t } = useLanguage();
  if (!('purchases' in view) || view.state === 'purchased') return null;
  const paid = view.purchases.filter(({ state }) => state === 'paid');
  if (paid.length === 0) return null;
  const isOver = over.includes(view.state);
  return (
    <details
      id="receipts"
      data-testid="earlier-receipts"
      open={isOver || opened.current}
      onToggle={({ currentTarget }) => (opened.current = currentTarget.open && !isOver)}
      className="rounded-3xl border border-line bg-paper p-5 sm:px-8"
    >
      <summary className="min-h-8 cursor-pointer rounded font-semibold">{t('purchased.already', { count: boughtBy(view) })}</summary>
      <div className="mt-4 flex flex-col gap-5">
        <Receipts sale={view.sale} purchases={paid} />
      </div>
    </details>
  );
};
