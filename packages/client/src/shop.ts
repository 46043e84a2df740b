import type { CompleteRequest, RouteName, ShopRouteName } from './contracts.ts';
import type { KeyedOptions } from './client.ts';
import { newKey } from './key.ts';
import { createRequest, type CallOptions, type RequestOptions } from './request.ts';
import type { RoutePaths } from './route-paths.ts';

/** As `route-paths.ts`, for the shop's calls; two of them are a visitor's, too. */
export const shopPaths: RoutePaths<ShopRouteName | Extract<RouteName, 'postConfirm' | 'deleteHold'>> = {
  redeemTicket: 'POST /api/passes/redeem',
  getPass: 'GET /api/passes/:pass',
  extendPass: 'POST /api/passes/:pass/extend',
  completePass: 'POST /api/passes/:pass/complete',
  getHold: 'GET /api/sales/:sale/holds/:hold',
  postConfirm: 'POST /api/sales/:sale/holds/:hold/confirm',
  deleteHold: 'DELETE /api/sales/:sale/holds/:hold',
};

export interface ShopOptions extends RequestOptions {
  /** The secret of the shop key. Never in a browser. */
  token: string;
}

/** A client of the calls of a shop's server. No call throws; each resolves with a `Result`. `@sunbeon/guard` is built for gates. */
export const createShop = (options: ShopOptions) => {
  const request = createRequest(shopPaths, { credentials: 'omit', ...options });
  return {
    /** Changes a ticket into a pass, once. */
    redeem: (ticket: string, { idempotencyKey = newKey(), ...call }: KeyedOptions = {}) =>
      request('redeemTicket', { body: { ticket }, headers: { 'idempotency-key': idempotencyKey } }, call),
    pass: (pass: string, call?: CallOptions) => request('getPass', { params: { pass } }, call),
    extend: (pass: string, { idempotencyKey = newKey(), ...call }: KeyedOptions = {}) =>
      request('extendPass', { params: { pass }, headers: { 'idempotency-key': idempotencyKey } }, call),
    complete: (pass: string, end: CompleteRequest, call?: CallOptions) => request('completePass', { params: { pass }, body: end }, call),
    hold: (sale: string, hold: string, call?: CallOptions) => request('getHold', { params: { sale, hold } }, call),
    /** The payment came: the hold becomes a purchase. `reference`: the shop's own number of the order. */
    confirm: (sale: string, hold: string, { reference, ...call }: CallOptions & { reference?: string } = {}) =>
      request('postConfirm', { params: { sale, hold }, ...(reference === undefined ? {} : { body: { reference } }) }, call),
    release: (sale: string, hold: string, call?: CallOptions) => request('deleteHold', { params: { sale, hold } }, call),
  };
};
export type Shop = ReturnType<typeof createShop>;
