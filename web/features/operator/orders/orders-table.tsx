'use client';

import type { Order } from '@sunbeon/contracts';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { DateTime } from '../../../ui/date-time.tsx';
import { useOperatorI18n } from '../use-operator-i18n.ts';
import { OrderBadge } from './order-badge.tsx';
import { shortOf } from './orders-view.ts';

/** On a phone a row is a card, whose cells have their column's name in front. */
const Cell = ({ name, children, className = '' }: { name: string; children: ReactNode; className?: string }) => (
  <td className={`py-2 pr-4 max-md:py-0.5 max-md:pr-0 ${className}`}>
    <span className="mr-1.5 text-xs text-ink-soft md:hidden">{name}</span>
    {children}
  </td>
);

/** The rows of the list; `hrefOf`: where an order is shown. */
export const OrdersTable = ({ orders, hrefOf }: { orders: readonly Order[]; hrefOf: (order: Order) => string }) => {
  const { w, number } = useOperatorI18n();
  const columns = ['order', 'state', 'quantity', 'purchased', 'checked_in', 'reference', 'visitor'] as const;
  return (
    <table className="w-full text-sm max-md:block" data-testid="orders">
      <thead className="text-xs text-ink-soft max-md:sr-only">
        <tr>
          {columns.map((column) => (
            <th key={column} scope="col" className="py-2 pr-4 text-left font-medium whitespace-nowrap">
              {w(`orders.column.${column}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="max-md:block">
        {orders.map((order) => (
          <tr
            key={order.purchaseId}
            data-testid="order"
            data-purchase={order.purchaseId}
            className="border-t border-line align-baseline max-md:flex max-md:flex-wrap max-md:items-baseline max-md:gap-x-4 max-md:py-2.5"
          >
            <td className="py-1 pr-4 whitespace-nowrap max-md:py-0">
              <Link
                href={hrefOf(order)}
                prefetch={false}
                aria-label={w('orders.open', { id: shortOf(order.purchaseId) })}
                title={order.purchaseId}
                className="-mx-1.5 inline-flex min-h-8 items-center rounded px-1.5 font-mono font-semibold underline decoration-line underline-offset-4 hover:decoration-current max-md:min-h-10"
              >
                {shortOf(order.purchaseId)}
              </Link>
            </td>
            <td className="py-2 pr-4 max-md:py-0">
              <OrderBadge state={order.state} />
            </td>
            <Cell name={w('orders.column.quantity')} className="tabular-nums">
              {number(order.quantity)}
            </Cell>
            <Cell name={w('orders.column.purchased')} className="whitespace-nowrap max-md:w-full">
              <DateTime iso={order.purchasedAt} />
            </Cell>
            <Cell name={w('orders.column.checked_in')} className="whitespace-nowrap max-md:w-full">
              {order.checkedInAt !== undefined ? (
                <DateTime iso={order.checkedInAt} />
              ) : order.state === 'paid' ? (
                <span className="text-ink-soft">{w('orders.not_checked_in')}</span>
              ) : (
                <span aria-hidden="true" className="text-ink-soft">
                  –
                </span>
              )}
            </Cell>
            <Cell
              name={w('orders.column.reference')}
              className={`max-w-60 break-words ${order.reference === undefined ? 'max-md:hidden' : ''}`}
            >
              {order.reference}
            </Cell>
            <Cell name={w('orders.column.visitor')} className="text-ink-soft">
              <span title={order.visitorId} className="font-mono">
                {shortOf(order.visitorId)}
              </span>
            </Cell>
          </tr>
        ))}
      </tbody>
    </table>
  );
};
