import type { CancelRequest, ChangeSale, CreateSale, MakeCodes, Order, PlanChange, StartRehearsal } from './contracts.ts';
import type { KeyedOptions, PageOptions } from './client.ts';
import { newKey } from './key.ts';
import { operatorPaths } from './operator-paths.ts';
import { createRequest, type CallOptions, type RequestOptions } from './request.ts';

export interface OperatorOptions extends RequestOptions {
  /** The operator's token. Without one, a browser's cookie speaks, after `signIn`. */
  token?: string;
}
export interface ChangeOptions extends CallOptions {
  /** Version that the sale must still have (`If-Match`). */
  version?: number | undefined;
}
export interface StatsOptions extends CallOptions {
  /** `atMs` of the last sample received; without it, all samples of the last hour. */
  afterMs?: number | undefined;
}

export interface AuditLogOptions extends CallOptions {
  /** Only entries of the operator of this name. */
  operator?: string | undefined;
  /** `false`: without check-ins at the door. */
  checkIns?: boolean | undefined;
  /** `next` of the page before. */
  after?: string | undefined;
  limit?: number | undefined;
}

export interface OrdersOptions extends PageOptions {
  state?: Order['state'] | undefined;
  /** A purchase id or its first six characters, a visitor id, or a reference. */
  q?: string | undefined;
}

const ifMatch = (version: number | undefined): Record<string, string> => (version === undefined ? {} : { 'if-match': `"${version}"` });

const routeOf = { open: 'openSale', pause: 'pauseSale', resume: 'resumeSale', close: 'closeSale' } as const;
export type StatusVerb = keyof typeof routeOf;

/** Client of operators' calls. No call throws; each resolves with a `Result`. With a token, it sends no cookies. */
export const createOperator = (options: OperatorOptions) => {
  const request = createRequest(operatorPaths, { credentials: options.token === undefined ? 'same-origin' : 'omit', ...options });
  const setStatus = (sale: string, verb: StatusVerb, { version, ...call }: ChangeOptions = {}) =>
    request(routeOf[verb], { params: { sale }, headers: ifMatch(version) }, call);
  const auditLog = (sale: string | undefined, { operator, checkIns, after, limit, ...call }: AuditLogOptions) =>
    request('getAuditLog', { query: { sale, operator, checkIns: checkIns === undefined ? undefined : `${checkIns}`, after, limit } }, call);
  return {
    /** Signs a browser in: the answer sets a cookie that no script can read. */
    signIn: (token: string, call?: CallOptions) => request('signIn', { body: { token } }, call),
    /** Who am I; undefined when signed out. */
    session: (call?: CallOptions) => request('getSession', {}, call),
    /** Ends the session of the cookie, and of every copy of it. */
    signOut: (call?: CallOptions) => request('signOut', {}, call),
    /** All sales with all settings, by id; `broken`: ids of unreadable ones. */
    sales: ({ limit, cursor, ...call }: PageOptions = {}) => request('getOperatorSales', { query: { limit, cursor } }, call),
    sale: (sale: string, call?: CallOptions) => request('getOperatorSale', { params: { sale } }, call),
    stats: (sale: string, { afterMs, ...call }: StatsOptions = {}) =>
      request('getStats', { params: { sale }, query: { after: afterMs } }, call),
    /** What came of a sale, from its beginning to now. */
    report: (sale: string, call?: CallOptions) => request('getReport', { params: { sale } }, call),
    /** A page of the audit log of a sale, newest first; also of a deleted one. One of an operator may be short or empty while `next` is there. */
    auditLog: (sale: string, options: AuditLogOptions = {}) => auditLog(sale, options),
    /** The same of the installation: sign-ins, failed ones too, and creations of sales. */
    signIns: (options: AuditLogOptions = {}) => auditLog(undefined, options),
    create: (sale: CreateSale, call?: CallOptions) => request('createSale', { body: sale }, call),
    change: (sale: string, change: ChangeSale, { version, ...call }: ChangeOptions = {}) =>
      request('changeSale', { params: { sale }, body: change, headers: ifMatch(version) }, call),
    setStatus,
    open: (sale: string, call?: ChangeOptions) => setStatus(sale, 'open', call),
    pause: (sale: string, call?: ChangeOptions) => setStatus(sale, 'pause', call),
    resume: (sale: string, call?: ChangeOptions) => setStatus(sale, 'resume', call),
    close: (sale: string, call?: ChangeOptions) => setStatus(sale, 'close', call),
    /** Deletes a closed sale with all its data. */
    delete: (sale: string, call?: CallOptions) => request('deleteSale', { params: { sale } }, call),
    /** Makes a copy of the sale with virtual people; it is deleted by itself. */
    rehearse: (sale: string, rehearsal: StartRehearsal, { idempotencyKey = newKey(), ...call }: KeyedOptions = {}) =>
      request('startRehearsal', { params: { sale }, body: rehearsal, headers: { 'idempotency-key': idempotencyKey } }, call),
    /** Makes access codes, or brings one's own. */
    makeCodes: (sale: string, codes: MakeCodes, { idempotencyKey = newKey(), ...call }: KeyedOptions = {}) =>
      request('makeCodes', { params: { sale }, body: codes, headers: { 'idempotency-key': idempotencyKey } }, call),
    /** A page of access codes, in the order in which they were made. */
    codes: (sale: string, { limit, cursor, ...call }: PageOptions = {}) =>
      request('getCodes', { params: { sale }, query: { limit, cursor } }, call),
    /** Takes an access code back; its places stay. */
    takeBackCode: (sale: string, code: string, call?: CallOptions) => request('deleteCode', { params: { sale, code } }, call),
    /** A page of orders, newest first; one of a state or a query may be short or empty while `next` is there. */
    orders: (sale: string, { limit, cursor, state, q, ...call }: OrdersOptions = {}) =>
      request('getOrders', { params: { sale }, query: { limit, cursor, state, q } }, call),
    order: (sale: string, purchase: string, call?: CallOptions) => request('getOrder', { params: { sale, purchase } }, call),
    /** Cancels an order; `restock`: its tickets go back to the line, else they leave the sale. */
    cancelOrder: (sale: string, purchase: string, cancel: CancelRequest, call?: CallOptions) =>
      request('cancelOrder', { params: { sale, purchase }, body: cancel }, call),
    /** Checks an order in at the door, once. */
    checkInOrder: (sale: string, purchase: string, { idempotencyKey = newKey(), ...call }: KeyedOptions = {}) =>
      request('checkInOrder', { params: { sale, purchase }, headers: { 'idempotency-key': idempotencyKey } }, call),
    /** Plans a change of the pace, the limit, the message or the status. */
    plan: (sale: string, change: PlanChange, { idempotencyKey = newKey(), ...call }: KeyedOptions = {}) =>
      request('planChange', { params: { sale }, body: change, headers: { 'idempotency-key': idempotencyKey } }, call),
    planned: (sale: string, call?: CallOptions) => request('getPlanned', { params: { sale } }, call),
    unplan: (sale: string, planned: string, call?: CallOptions) => request('deletePlanned', { params: { sale, planned } }, call),
    /** A negative number takes away, at most what is left. */
    addStock: (sale: string, add: number, { idempotencyKey = newKey(), version, ...call }: KeyedOptions & ChangeOptions = {}) =>
      request('addStock', { params: { sale }, body: { add }, headers: { 'idempotency-key': idempotencyKey, ...ifMatch(version) } }, call),
  };
};
export type Operator = ReturnType<typeof createOperator>;
