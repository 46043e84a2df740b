import { actorText, defineScript, type Actor } from '@sunbeon/runtime';

export type AddStockOutcome =
  'added' | 'replayed' | 'idempotency_conflict' | 'too_many' | 'insufficient_stock' | 'sale_is_gate' | 'no_sale';

/** `add`: negative takes away. `key`: null when the operator sent none. */
export const addStock = defineScript<{ add: number; key: string | null; by?: Actor }, AddStockOutcome>({
  name: 'purchase/add-stock',
  url: new URL('./add-stock.lua', import.meta.url),
  keys: ['sale', 'stock', 'flow', 'events', 'idempotency', 'auditLog'],
  arguments: ({ add, key, by }) => [actorText(by), add, key ?? ''],
  decode: (reply) => reply as AddStockOutcome,
});
