'use client';

import type { OperatorSale } from '@sunbeon/contracts';
import { displayStatusOf } from './actions.ts';
import { useOperatorI18n } from './use-operator-i18n.ts';

const looks = {
  scheduled: 'bg-accent-soft text-accent-strong',
  open: 'bg-accent text-on-accent',
  paused: 'bg-warn-soft text-warn',
  closed: 'bg-sunken text-ink-soft ring-1 ring-line ring-inset',
  sold_out: 'bg-sunken text-ink ring-1 ring-line ring-inset',
} as const;

export const OperatorStatusBadge = ({ sale }: { sale: OperatorSale }) => {
  const { w } = useOperatorI18n();
  const displayStatus = displayStatusOf(sale);
  return (
    <span data-testid="status" data-status={sale.status} className="inline-flex flex-wrap gap-1.5">
      <span className={`inline-flex rounded-md px-2 py-0.5 text-xs leading-5 font-semibold whitespace-nowrap ${looks[sale.status]}`}>
        {w(`status.${sale.status}`)}
      </span>
      {displayStatus === 'sold_out' && (
        <span className={`inline-flex rounded-md px-2 py-0.5 text-xs leading-5 font-semibold whitespace-nowrap ${looks.sold_out}`}>
          {w('status.sold_out')}
        </span>
      )}
    </span>
  );
};
