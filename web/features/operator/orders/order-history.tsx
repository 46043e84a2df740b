'use client';

import type { Order } from '@sunbeon/contracts';
import { DateTime } from '../../../ui/date-time.tsx';
import { useOperatorI18n } from '../use-operator-i18n.ts';
import { useTicketsText } from './use-tickets-text.ts';

/** What became of an order, in the order of time. */
export const OrderHistory = ({ order }: { order: Order }) => {
  const { w } = useOperatorI18n();
  const tickets = useTicketsText();
  const steps = [
    { name: 'purchased', at: order.purchasedAt, text: w('order.history.purchased', { tickets: tickets(order.quantity) }), more: null },
    { name: 'checked_in', at: order.checkedInAt, text: w('order.history.checked_in'), more: null },
    {
      name: 'cancelled',
      at: order.cancelledAt,
      text: w('order.history.cancelled'),
      more: order.reason === undefined ? null : w('order.reason', { reason: order.reason }),
    },
  ];
  return (
    <ol className="flex flex-col gap-3 border-l-2 border-line pl-4 text-sm">
      {steps.map(
        ({ name, at, text, more }) =>
          at !== undefined && (
            <li key={name} data-testid="order-step" data-step={name} className="relative flex flex-col gap-0.5">
              <span aria-hidden="true" className="absolute top-1.5 -left-[1.3125rem] size-2 rounded-full bg-ink-soft" />
              <span className="font-semibold">{text}</span>
              {more !== null && <span className="break-words">{more}</span>}
              <span className="text-xs text-ink-soft">
                <DateTime iso={at} />
              </span>
            </li>
          ),
      )}
    </ol>
  );
};
