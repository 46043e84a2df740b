import type { ChangeSale, CreateSale, Failure, Result } from '@sunbeon/client';
import { createOperator, type StatusVerb } from '@sunbeon/client/operator';
import { limits } from '@sunbeon/contracts/limits';

export type { StatusVerb };
export type OperatorFailure = Failure;
export type OperatorAnswer<T> = Result<T>;

/** Timeout of figures, ms; older ones are of no use. */
const timeoutMs = 3_000;

/** Every call of the console, with one token, which is sent in the header only. None throws. */
export const operatorApi = (token: string) => {
  const operator = createOperator({ baseUrl: '', token });
  return {
    /** One page of all sales, by id; `next` is the cursor of the one after. */
    sales: ({ limit = limits.salesPerPage, cursor, signal }: { limit?: number; cursor?: string | undefined; signal?: AbortSignal } = {}) =>
      operator.sales({ limit, cursor, signal, timeoutMs }),
    stats: (saleId: string, afterMs: number | null, signal?: AbortSignal) =>
      operator.stats(saleId, { afterMs: afterMs ?? undefined, signal, timeoutMs }),
    sale: (saleId: string) => operator.sale(saleId, { timeoutMs }),
    auditLog: (saleId: string, signal?: AbortSignal) => operator.auditLog(saleId, { signal, timeoutMs }),
    create: (sale: CreateSale) => operator.create(sale),
    /** Only if the sale is still at `version`. */
    change: (saleId: string, version: number, change: ChangeSale) => operator.change(saleId, change, { version }),
    status: (saleId: string, verb: StatusVerb) => operator.setStatus(saleId, verb),
    addStock: (saleId: string, add: number, idempotencyKey: string) => operator.addStock(saleId, add, { idempotencyKey }),
  };
};
export type OperatorApi = ReturnType<typeof operatorApi>;
