'use client';

import type { Sale } from '@sunbeon/contracts';
import { useLanguage } from '../../lib/i18n/language-context.tsx';
import { displayStatusOf, statusColors } from '../../lib/sale-status.ts';

const colors = { ...statusColors, sold_out: statusColors.closed };

export const StatusBadge = ({ sale }: { sale: Pick<Sale, 'status' | 'soldOut'> }) => {
  const { t } = useLanguage();
  const status = displayStatusOf(sale);
  return <span className={`inline-flex rounded-full px-3 py-1 text-sm font-semibold ${colors[status]}`}>{t(`status.${status}`)}</span>;
};
