import { verbsOf, type SaleVerb } from '@sunbeon/contracts/sale-status';
import type { OperatorSale } from '@sunbeon/contracts';

import type { OperatorRole } from '@sunbeon/contracts/operator-roles';

export type ActionName = SaleVerb | 'stock' | 'pace' | 'cap' | 'message';

/** The buttons of a sale in its status. A gate has no stock to add to. */
export const actionsOf = ({ status, kind }: Pick<OperatorSale, 'status' | 'kind'>): readonly ActionName[] => [
  ...verbsOf(status),
  ...(kind === 'gate' ? [] : ['stock' as const]),
  'pace',
  'cap',
  'message',
];

/** The role that an action needs, as the catalogue of the API has it. */
export const roleOf = (name: ActionName): OperatorRole => (name === 'stock' ? 'admin' : 'operator');

const rank: Record<OperatorSale['status'], number> = { drawing: 0, open: 1, paused: 2, lobby: 3, scheduled: 4, closed: 5 };

/** Sales that need attention first; then by title. */
export const byUrgency = (a: OperatorSale, b: OperatorSale): number =>
  rank[a.status] - rank[b.status] || a.title.localeCompare(b.title) || a.saleId.localeCompare(b.saleId);

export const matches = (sale: OperatorSale, filter: string): boolean => {
  const wanted = filter.trim().toLowerCase();
  return wanted === '' || sale.title.toLowerCase().includes(wanted) || sale.saleId.includes(wanted);
};
