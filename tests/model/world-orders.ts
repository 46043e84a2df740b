import type { Script } from '@sunbeon/runtime';
import { addStock } from '../../services/purchase/src/scripts/add-stock.ts';
import { cancelOrder } from '../../services/purchase/src/scripts/cancel-order.ts';
import { checkIn } from '../../services/purchase/src/scripts/check-in.ts';
import { addStock as addToModel, type Model } from './model.ts';
import * as shop from './model-shop.ts';
import type { Operation } from './operations.ts';

interface OrdersWorld {
  state: Model;
  run: <Input, Reply>(script: Script<Input, Reply>, input: Input) => Promise<Reply>;
  same: (what: string, redis: unknown, expected: unknown) => void;
}

/** What operators do with orders and stock of a world. */
export const createOrdersWorld = ({ state, run, same }: OrdersWorld) => {
  const boughtAs = (n: number): string => [...state.purchases.keys()].at(-1 - n) ?? 'p_none';
  return async (operation: Extract<Operation, { do: 'cancelOrder' | 'checkIn' | 'addStock' }>): Promise<void> => {
    if (operation.do === 'addStock') {
      const key = operation.key === null ? null : `s${operation.key}`;
      return same('add-stock', await run(addStock, { add: operation.add, key }), addToModel(state, operation.add, key));
    }
    const purchaseId = boughtAs(operation.purchase);
    if (operation.do === 'cancelOrder') {
      const { restock } = operation;
      const done = await run(cancelOrder, { purchaseId, reason: 'model', restock });
      return same('cancel-order', done.outcome, shop.cancelOrder(state, purchaseId, restock));
    }
    const key = operation.key === null ? null : `c${operation.key}`;
    return same('check-in', (await run(checkIn, { purchaseId, key })).outcome, shop.checkIn(state, purchaseId, operation.key));
  };
};
