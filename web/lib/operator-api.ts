import type { CancelRequest, ChangeSale, CreateSale, Failure, MakeCodes, PlanChange, Result, StartRehearsal } from '@sunbeon/client';
import { createOperator, type OrdersOptions, type StatusVerb } from '@sunbeon/client/operator';
import { limits } from '@sunbeon/contracts/limits';
import { createServiceClock } from './service-clock.ts';

export type { StatusVerb };
export type OperatorFailure = Failure;
export type OperatorAnswer<T> = Result<T>;

/** Timeout of figures, ms; older ones are of no use. */
const timeoutMs = 3_000;
/** Of a page of orders, ms: a search may look at many. */
const ordersTimeoutMs = 8_000;

const csvFailures: Record<number, 'invalid_token' | 'role_required'> = { 401: 'invalid_token', 403: 'role_required' };
/** CSV is no JSON: `@sunbeon/client` does not read it. */
const readCsv = async (path: string): Promise<Result<Blob>> => {
  try {
    const init = { headers: { accept: 'text/csv' }, credentials: 'same-origin', cache: 'no-store' } as const;
    const response = await fetch(`/api/admin/${path}`, init);
    if (response.ok) return { ok: true, status: response.status, value: await response.blob() };
    return {
      ok: false,
      failure: { code: csvFailures[response.status] ?? 'unavailable', status: response.status, isProblem: false },
    };
  } catch {
    return { ok: false, failure: { code: 'network', status: 0, reason: 'unreachable' } };
  }
};

/** Every call of the console, by the cookie of its session, which no script can read. None throws. */
export const operatorApi = () => {
  const clock = createServiceClock();
  const operator = createOperator({
    baseUrl: '',
    fetch: async (url, init) => {
      const response = await fetch(url, init);
      clock.noteDate(response.headers.get('date'));
      return response;
    },
  });
  const noted = async <T>(call: Promise<Result<T>>, saleOf: (value: T) => { serverTime: string } | undefined): Promise<Result<T>> => {
    const answer = await call;
    const sale = answer.ok ? saleOf(answer.value) : undefined;
    if (sale !== undefined) clock.noteSale(sale);
    return answer;
  };
  return {
    /** Now, by the clock that judges the times of a sale. */
    nowMs: clock.nowMs,
    /** The token is in the body of this one call, and nowhere afterwards. */
    signIn: (token: string) => operator.signIn(token),
    /** Who is signed in; undefined for nobody. */
    session: (signal?: AbortSignal) => operator.session({ signal, timeoutMs }),
    signOut: () => operator.signOut(),
    /** One page of all sales, by id; `next` is the cursor of the one after. */
    sales: ({ limit = limits.salesPerPage, cursor, signal }: { limit?: number; cursor?: string | undefined; signal?: AbortSignal } = {}) =>
      noted(operator.sales({ limit, cursor, signal, timeoutMs }), ({ sales }) => sales.at(-1)),
    stats: (saleId: string, afterMs: number | null, signal?: AbortSignal) =>
      noted(operator.stats(saleId, { afterMs: afterMs ?? undefined, signal, timeoutMs }), ({ sale }) => sale),
    report: (saleId: string, signal?: AbortSignal) => operator.report(saleId, { signal, timeoutMs: ordersTimeoutMs }),
    sale: (saleId: string) => noted(operator.sale(saleId, { timeoutMs }), (sale) => sale),
    /** Newest first, without the check-ins: at the door they would hide everything else. */
    auditLog: (saleId: string, signal?: AbortSignal) => operator.auditLog(saleId, { checkIns: false, signal, timeoutMs }),
    /** Sign-ins, failed ones too, and creations of sales, newest first. */
    signIns: (signal?: AbortSignal) => operator.signIns({ signal, timeoutMs }),
    /** The whole log of a sale, check-ins too, for a file; without a sale that of sign-ins. */
    auditLogCsv: (saleId?: string) => readCsv(`audit-log?format=csv${saleId === undefined ? '' : `&sale=${saleId}`}`),
    create: (sale: CreateSale) => operator.create(sale),
    rehearse: (saleId: string, rehearsal: StartRehearsal, idempotencyKey: string) =>
      operator.rehearse(saleId, rehearsal, { idempotencyKey }),
    /** Only if the sale is still at `version`. */
    change: (saleId: string, version: number, change: ChangeSale) => operator.change(saleId, change, { version }),
    status: (saleId: string, version: number, verb: StatusVerb) => operator.setStatus(saleId, verb, { version }),
    /** Only a closed one. */
    delete: (saleId: string) => operator.delete(saleId),
    planned: (saleId: string, signal?: AbortSignal) => operator.planned(saleId, { signal, timeoutMs }),
    plan: (saleId: string, change: PlanChange, idempotencyKey: string) => operator.plan(saleId, change, { idempotencyKey }),
    unplan: (saleId: string, plannedId: string) => operator.unplan(saleId, plannedId),
    /** A page of access codes; `next` is the cursor of the one after. */
    codes: (saleId: string, cursor?: string, signal?: AbortSignal) => operator.codes(saleId, { cursor, signal }),
    makeCodes: (saleId: string, codes: MakeCodes, idempotencyKey: string) => operator.makeCodes(saleId, codes, { idempotencyKey }),
    takeBackCode: (saleId: string, code: string) => operator.takeBackCode(saleId, code),
    /** All access codes, for a file. */
    codesCsv: (saleId: string) => readCsv(`sales/${saleId}/codes?format=csv`),
    /** A page of orders, newest first; it may be short or empty while `next` is there. */
    orders: (saleId: string, options: Omit<OrdersOptions, 'timeoutMs'>) =>
      operator.orders(saleId, { ...options, timeoutMs: ordersTimeoutMs }),
    order: (saleId: string, purchaseId: string, signal?: AbortSignal) => operator.order(saleId, purchaseId, { signal, timeoutMs }),
    /** All orders, for a file. */
    ordersCsv: (saleId: string) => readCsv(`sales/${saleId}/orders?format=csv`),
    cancelOrder: (saleId: string, purchaseId: string, cancel: CancelRequest) => operator.cancelOrder(saleId, purchaseId, cancel),
    checkInOrder: (saleId: string, purchaseId: string, idempotencyKey: string) =>
      operator.checkInOrder(saleId, purchaseId, { idempotencyKey, timeoutMs }),
    addStock: (saleId: string, version: number, add: number, idempotencyKey: string) =>
      operator.addStock(saleId, add, { idempotencyKey, version }),
  };
};
export type OperatorApi = ReturnType<typeof operatorApi>;
