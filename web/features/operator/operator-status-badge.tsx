'use client';

import type { OperatorSale } from '@sunbeon/contracts';
import { displayStatusOf, statusColors } from '../../lib/sale-status.ts';
import { useOperatorI18n } from './use-operator-i18n.ts';

const colors = { ...statusColors, sold_out: 'bg-sunken text-ink ring-1 ring-line ring-inset' };

export const OperatorStatusBadge = ({ sale }: { sale: OperatorSale }) => {
  const { w } = useOperatorI18n();
  const displayStatus = displayStatusOf(sale);
  const shown = displayStatus === 'sold_out' ? ([sale.status, displayStatus] as const) : [displayStatus];
  return (
    <span data-testid="status" data-status={sale.status} className="inline-flex flex-wrap gap-1.5">
      {shown.map((status) => (
        <span
          key={status}
          className={`inline-flex rounded-md px-2 py-0.5 text-xs leading-5 font-semibold whitespace-nowrap ${colors[status]}`}
        >
          {w(`status.${status}`)}
        </span>
      ))}
    </span>
  );
};
