'use client';

import type { OperatorSale } from '@sunbeon/contracts';
import { standingOf } from './actions.ts';
import { useWords } from './use-words.ts';

const looks = {
  scheduled: 'bg-accent-soft text-accent-strong',
  open: 'bg-accent text-on-accent',
  paused: 'bg-warn-soft text-warn',
  closed: 'bg-sunken text-ink-soft ring-1 ring-line ring-inset',
  sold_out: 'bg-sunken text-ink ring-1 ring-line ring-inset',
} as const;

export const StatusSign = ({ sale }: { sale: OperatorSale }) => {
  const { w } = useWords();
  const standing = standingOf(sale);
  return (
    <span data-testid="status" data-status={sale.status} className="inline-flex flex-wrap gap-1.5">
      <span className={`inline-flex rounded-md px-2 py-0.5 text-xs leading-5 font-semibold whitespace-nowrap ${looks[sale.status]}`}>{w(`status.${sale.status}`)}</span>
      {standing === 'sold_out' && <span className={`inline-flex rounded-md px-2 py-0.5 text-xs leading-5 font-semibold whitespace-nowrap ${looks.sold_out}`}>{w('status.sold_out')}</span>}
    </span>
  );
};
