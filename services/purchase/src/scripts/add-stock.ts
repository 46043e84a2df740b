import { actorText, defineScript, type Actor } from '@sunbeon/runtime';

export type AddStockOutcome =
  'added' | 'replayed' | 'idempotency_conflict' | 'conflict' | 'too_many' | 'insufficient_stock' | 'sale_is_gate' | 'no_sale';

/** `add`: negative takes away. `key`: null when the operator sent none. `expected`: the version that the sale must have; without it any. */
export const addStock = defineScript<{ add: number; key: string | null; expected?: number | null; by?: Actor }, AddStockOutcome>({
  name: 'purchase/add-stock',
  url: new URL('./add-stock.lua', import.meta.url),
  keys: ['sale', 'stock', 'flow', 'events', 'idempotency', 'auditLog'],
  arguments: ({ add, key, expected, by }) => [actorText(by), add, key ?? '', expected ?? ''],
  decode: (reply) => reply as AddStockOutcome,
});
