'use client';

import type { Sale } from '@sunbeon/contracts';
import { useLanguage } from '../../lib/i18n/language-context.tsx';

const looks = {
  scheduled: 'bg-accent-soft text-accent-strong',
  open: 'bg-accent text-on-accent',
  paused: 'bg-warn-soft text-warn',
  closed: 'bg-sunken text-ink-soft ring-1 ring-line ring-inset',
  sold_out: 'bg-sunken text-ink-soft ring-1 ring-line ring-inset',
} as const;

export const StatusBadge = ({ sale }: { sale: Pick<Sale, 'status' | 'soldOut'> }) => {
  const { t } = useLanguage();
  const status = sale.soldOut && sale.status !== 'closed' ? 'sold_out' : sale.status;
  return <span className={`inline-flex rounded-full px-3 py-1 text-sm font-semibold ${looks[status]}`}>{t(`status.${status}`)}</span>;
};
