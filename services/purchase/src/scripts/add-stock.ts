import { defineScript } from '@sunbeon/runtime';

export type AddStockOutcome = 'added' | 'replayed' | 'idempotency_conflict' | 'no_sale';

/** `key`: null when the operator gave none. */
export const addStock = defineScript<{ add: number; key: string | null }, AddStockOutcome>({
  name: 'purchase/add-stock',
  url: new URL('./add-stock.lua', import.meta.url),
  keys: ['sale', 'stock', 'flow', 'events', 'idempotency'],
  arguments: ({ add, key }) => [add, key ?? ''],
  decode: (reply) => reply as AddStockOutcome,
});
