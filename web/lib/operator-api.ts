import type { ChangeSale, CreateSale, Failure, MakeCodes, Result } from '@sunbeon/client';
import { createOperator, type StatusVerb } from '@sunbeon/client/operator';
import { limits } from '@sunbeon/contracts/limits';

export type { StatusVerb };
export type OperatorFailure = Failure;
export type OperatorAnswer<T> = Result<T>;

/** Timeout of figures, ms; older ones are of no use. */
const timeoutMs = 3_000;

/** CSV is no JSON: `@sunbeon/client` does not read it. */
const readCsv = async (saleId: string): Promise<Result<Blob>> => {
  try {
    const init = { headers: { accept: 'text/csv' }, credentials: 'same-origin', cache: 'no-store' } as const;
    const response = await fetch(`/api/admin/sales/${saleId}/codes?format=csv`, init);
    if (response.ok) return { ok: true, status: response.status, value: await response.blob() };
    return {
      ok: false,
      failure: { code: response.status === 401 ? 'invalid_token' : 'unavailable', status: response.status, isProblem: false },
    };
  } catch {
    return { ok: false, failure: { code: 'network', status: 0, reason: 'unreachable' } };
  }
};

/** Every call of the console, by the cookie of its session, which no script can read. None throws. */
export const operatorApi = () => {
  const operator = createOperator({ baseUrl: '' });
  return {
    /** The token is in the body of this one call, and nowhere afterwards. */
    signIn: (token: string) => operator.signIn(token),
    /** Who is signed in; undefined for nobody. */
    session: (signal?: AbortSignal) => operator.session({ signal, timeoutMs }),
    signOut: () => operator.signOut(),
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
    status: (saleId: string, version: number, verb: StatusVerb) => operator.setStatus(saleId, verb, { version }),
    /** A page of access codes; `next` is the cursor of the one after. */
    codes: (saleId: string, cursor?: string) => operator.codes(saleId, { cursor }),
    makeCodes: (saleId: string, codes: MakeCodes, idempotencyKey: string) => operator.makeCodes(saleId, codes, { idempotencyKey }),
    takeBackCode: (saleId: string, code: string) => operator.takeBackCode(saleId, code),
    /** All access codes, for a file. */
    codesCsv: (saleId: string) => readCsv(saleId),
    addStock: (saleId: string, version: number, add: number, idempotencyKey: string) =>
      operator.addStock(saleId, add, { idempotencyKey, version }),
  };
};
export type OperatorApi = ReturnType<typeof operatorApi>;
