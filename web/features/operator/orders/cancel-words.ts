import type { OperatorFailure } from '../../../lib/operator-api.ts';
import type { Stock } from '../../../lib/sale-kind.ts';

/** The sale's tickets after an order of `quantity` is cancelled. */
export const stockAfter = ({ total, left, sold }: Stock, quantity: number, restock: boolean) => ({
  total: restock ? total : total - quantity,
  left: restock ? left + quantity : left,
  sold: Math.max(0, sold - quantity),
});

/**
 * The words of a refusal that no second try changes; null for any other failure. `already_cancelled` is the answer to the other choice alone: the same
 * one is answered as if it were the first.
 */
export const conflictOf = (code: OperatorFailure['code'], restock: boolean) => {
  switch (code) {
    case 'already_cancelled':
      return restock ? ('order.conflict.out' as const) : ('order.conflict.back' as const);
    case 'already_checked_in':
      return 'order.conflict.checked_in' as const;
    case 'order_not_found':
      return 'order.conflict.missing' as const;
    default:
      return null;
  }
};
