import { defineScript, type NoSale } from '@sunbeon/runtime';

export interface OrdersQuery {
  /** `next` of the page before; null for the first one. */
  cursor: string | null;
  most: number;
  state?: 'paid' | 'cancelled' | undefined;
  q?: string | undefined;
}
/** `next`: null at the end; `old` when those from before the list are all that is left. `generation`: of the sale, another one under the same id has another. */
export type OrdersPage = { outcome: 'read'; next: string | null; generation: string; orders: string[] } | NoSale;

/** A page of orders as JSON, newest first. */
export const readOrders = defineScript<OrdersQuery, OrdersPage>({
  name: 'purchase/read-orders',
  url: new URL('./read-orders.lua', import.meta.url),
  keys: ['sale', 'flow', 'purchases', 'receipts', 'orders', 'orderWords'],
  arguments: ({ cursor, most, state, q }) => [cursor ?? '', most, state ?? '', q ?? ''],
  decode: (reply) => {
    const [next, generation, ...orders] = reply as string[];
    return next === undefined || generation === undefined
      ? { outcome: 'no_sale' }
      : { outcome: 'read', next: next === '' ? null : next, generation, orders };
  },
});
