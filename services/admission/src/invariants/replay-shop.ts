import type { SaleEvent } from '@sunbeon/contracts';
import type { Invariant } from './check-result.ts';
import type { Inside, Replay } from './replay.ts';

/** Events of holds and orders. */
export type ShopEvent = Extract<SaleEvent, { type: 'held' | 'released' | 'purchased' | 'cancelled' | 'checked_in' }>;

/** Applies events of the shop to a replay. `end`: ends a visitor's stay. */
export const createShopReplay =
  (
    state: Omit<Replay, 'apply'>,
    expect: (condition: boolean, invariant: Invariant, text: string) => void,
    end: (visitor: string, invariant: Invariant) => Inside,
  ) =>
  (event: ShopEvent): void => {
    switch (event.type) {
      case 'held': {
        const { visitor, holdId, quantity } = event.data;
        const stay = state.inside.get(visitor);
        expect(stay !== undefined && stay.claimed && stay.hold === null, 'I8', `${visitor} holds ${stay ? 'twice' : 'and is not inside'}`);
        expect(quantity <= state.left && !state.holds.has(holdId), 'I1', `${quantity} held of ${state.left}`);
        if (stay) stay.hold = holdId;
        state.holds.set(holdId, { visitor, quantity });
        state.left -= quantity;
        state.held += quantity;
        return;
      }
      case 'released': {
        const hold = state.holds.get(event.data.holdId);
        expect(
          hold?.visitor === event.data.visitor && hold.quantity === event.data.quantity,
          'I1',
          `hold ${event.data.holdId} is released and was not held`,
        );
        state.holds.delete(event.data.holdId);
        const stay = state.inside.get(event.data.visitor);
        if (stay) stay.hold = null;
        state.held -= event.data.quantity;
        state.left += event.data.quantity;
        return;
      }
      case 'purchased': {
        const { visitor, purchaseId, quantity, holdId } = event.data;
        const stay = state.inside.get(visitor);
        if (holdId !== undefined) {
          expect(state.holds.get(holdId)?.quantity === quantity, 'I1', `hold ${holdId} is bought and was not held`);
          state.holds.delete(holdId);
          state.held -= quantity;
          if (stay) stay.hold = null;
        } else {
          expect(quantity <= state.left, 'I1', `${quantity} sold of ${state.left}`);
          state.left -= quantity;
        }
        if (stay && !stay.claimed) state.claimed += 1;
        end(visitor, 'I8');
        expect(!state.purchases.has(purchaseId), 'I8', `purchase ${purchaseId} happens twice`);
        state.purchases.set(purchaseId, { visitor, quantity });
        state.sold += quantity;
        return;
      }
      case 'cancelled': {
        const { visitor, purchaseId, quantity, restock } = event.data;
        const bought = state.purchases.get(purchaseId);
        expect(bought?.visitor === visitor && bought.quantity === quantity, 'I1', `purchase ${purchaseId} is cancelled and was not made`);
        expect(bought?.end === undefined, 'I8', `purchase ${purchaseId} is cancelled and was ${bought?.end}`);
        if (bought) bought.end = 'cancelled';
        state.sold -= quantity;
        if (restock) state.left += quantity;
        else state.total -= quantity;
        state.cancelled += 1;
        return;
      }
      case 'checked_in': {
        const bought = state.purchases.get(event.data.purchaseId);
        expect(bought?.visitor === event.data.visitor, 'I8', `purchase ${event.data.purchaseId} is checked in and was not made`);
        expect(bought?.end === undefined, 'I8', `purchase ${event.data.purchaseId} is checked in and was ${bought?.end}`);
        if (bought) bought.end = 'checked in';
        return;
      }
    }
  };
