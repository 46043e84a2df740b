import type { Sale, SaleStatus } from '@sunbeon/contracts';

/** The status that a badge names: being sold out matters more than being open. */
export const displayStatusOf = ({ status, soldOut }: Pick<Sale, 'status' | 'soldOut'>): SaleStatus | 'sold_out' =>
  soldOut && status !== 'closed' ? 'sold_out' : status;

/** Classes of a badge's colours, on the page and in the console. */
export const statusColors: Record<SaleStatus, string> = {
  scheduled: 'bg-accent-soft text-accent-strong',
  lobby: 'bg-accent-soft text-accent-strong',
  drawing: 'bg-accent-soft text-accent-strong',
  open: 'bg-accent text-on-accent',
  paused: 'bg-warn-soft text-warn',
  closed: 'bg-sunken text-ink-soft ring-1 ring-line ring-inset',
};
