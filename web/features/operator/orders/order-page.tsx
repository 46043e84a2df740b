'use client';

import type { Order } from '@sunbeon/contracts';
import { useSearchParams } from 'next/navigation';
import { useState, type ReactNode } from 'react';
import { DateTime } from '../../../ui/date-time.tsx';
import { Notice } from '../../../ui/notice.tsx';
import { ConsoleButton, Panel } from '../controls.tsx';
import { Crumbs, usePageTitle } from '../crumbs.tsx';
import { useMay } from '../session.tsx';
import { useOperatorI18n } from '../use-operator-i18n.ts';
import { useSaleFacts } from '../use-sale-facts.ts';
import { CancelDialog } from './cancel-dialog.tsx';
import { OrderBadge } from './order-badge.tsx';
import { OrderHistory } from './order-history.tsx';
import { queryOf, searchOf, shortOf } from './orders-view.ts';
import { useOrder } from './use-order.ts';
import { useTicketsText } from './use-tickets-text.ts';

/** The sale's figures are read this often, ms: a cancellation says what it will make of them. */
const saleEveryMs = 3_000;

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="flex flex-col gap-0.5">
    <dt className="text-xs text-ink-soft">{name}</dt>
    <dd className="font-semibold break-all">{children}</dd>
  </div>
);

const Facts = ({ order }: { order: Order }) => {
  const { w, number } = useOperatorI18n();
  const tickets = useTicketsText();
  return (
    <dl className="grid gap-x-8 gap-y-3 text-sm sm:grid-cols-2">
      <Fact name={w('orders.column.quantity')}>{tickets(order.quantity)}</Fact>
      <Fact name={w('orders.column.purchased')}>
        <DateTime iso={order.purchasedAt} />
      </Fact>
      {order.reference !== undefined && <Fact name={w('orders.column.reference')}>{order.reference}</Fact>}
      {order.seq !== undefined && <Fact name={w('order.seq')}>{number(order.seq)}</Fact>}
      <Fact name={w('orders.column.visitor')}>
        <span className="font-mono">{order.visitorId}</span>
      </Fact>
    </dl>
  );
};

/** One order with its history, and its cancellation. */
export const OrderPage = ({ saleId, purchaseId }: { saleId: string; purchaseId: string }) => {
  const { w, problem } = useOperatorI18n();
  const search = searchOf(queryOf(useSearchParams()));
  const { order, failure, show, lookNow } = useOrder(saleId, purchaseId);
  const may = useMay();
  const sale = useSaleFacts(saleId, saleEveryMs);
  const [isAsked, setAsked] = useState(false);
  const [said, setSaid] = useState<string | null>(null);
  const base = `/operator/sales/${saleId}`;
  usePageTitle(`${w('order.title')} ${shortOf(purchaseId)} · ${sale?.title ?? saleId}`);
  return (
    <>
      <div className="flex flex-col gap-3">
        <Crumbs
          trail={[
            { href: base, text: sale?.title ?? saleId },
            { href: `${base}/orders${search}`, text: w('orders.title') },
          ]}
        />
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
          <h1 className="text-xl leading-tight font-bold tracking-tight break-all sm:text-2xl">
            {w('order.title')} <span className="font-mono select-all">{purchaseId}</span>
          </h1>
          {order !== null && <OrderBadge state={order.state} />}
        </div>
      </div>
      {failure !== null && (
        <Notice tone="danger" role="alert">
          {failure.code === 'order_not_found' ? w('order.missing') : problem(failure)}
        </Notice>
      )}
      {order === null && failure === null && <p className="text-ink-soft">{w('order.loading')}</p>}
      {order !== null && (
        <>
          <div role="status" data-testid="order-said" className="empty:hidden">
            {said !== null && <Notice>{said}</Notice>}
          </div>
          <div role="group" aria-label={w('sale.actions')} tabIndex={-1} data-actions="" className="flex flex-wrap items-center gap-3">
            {order.state === 'paid' && order.checkedInAt === undefined && may('admin') ? (
              <ConsoleButton look="danger" onClick={() => setAsked(true)} data-testid="order-cancel">
                {w('order.cancel')}
              </ConsoleButton>
            ) : (
              <p className="text-sm text-ink-soft" data-testid="order-no-cancel">
                {w(
                  order.state === 'cancelled'
                    ? 'order.is_cancelled'
                    : order.checkedInAt === undefined
                      ? 'order.needs_admin'
                      : 'order.is_checked_in',
                )}
              </p>
            )}
          </div>
          <div className="grid items-start gap-5 lg:grid-cols-2">
            <Panel id="order-facts" title={w('order.facts')}>
              <Facts order={order} />
            </Panel>
            <Panel id="order-history" title={w('order.history')}>
              <OrderHistory order={order} />
            </Panel>
          </div>
          {isAsked && (
            <CancelDialog
              order={order}
              sale={sale}
              onCancelled={(cancelled, text) => {
                show(cancelled);
                setSaid(text);
                setAsked(false);
              }}
              onConflict={lookNow}
              onNo={() => setAsked(false)}
            />
          )}
        </>
      )}
    </>
  );
};
