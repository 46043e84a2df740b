import type { OperatorSale } from '@sunbeon/contracts';
import type { StatusVerb } from '../../lib/operator-api.ts';

export type ActionName = StatusVerb | 'stock' | 'pace' | 'cap' | 'message';

/** What can be done to a sale in its status: the moves that `set-status.lua` allows and that change something. */
const moves: Record<OperatorSale['status'], readonly StatusVerb[]> = {
  scheduled: ['open', 'close'],
  open: ['pause', 'close'],
  paused: ['resume', 'close'],
  closed: ['open'],
};

export const actionsOf = ({ status }: Pick<OperatorSale, 'status'>): readonly ActionName[] => [...moves[status], 'stock', 'pace', 'cap', 'message'];

/** How a sale stands, for its sign: being sold out matters more than being open. */
export const displayStatusOf = ({ status, soldOut }: Pick<OperatorSale, 'status' | 'soldOut'>): OperatorSale['status'] | 'sold_out' =>
  soldOut && status !== 'closed' ? 'sold_out' : status;

const rank: Record<OperatorSale['status'], number> = { open: 0, paused: 1, scheduled: 2, closed: 3 };

/** Those that need an eye first; then by title. */
export const byUrgency = (a: OperatorSale, b: OperatorSale): number => rank[a.status] - rank[b.status] || a.title.localeCompare(b.title) || a.saleId.localeCompare(b.saleId);

export const matches = (sale: OperatorSale, filter: string): boolean => {
  const wanted = filter.trim().toLowerCase();
  return wanted === '' || sale.title.toLowerCase().includes(wanted) || sale.saleId.includes(wanted);
};
