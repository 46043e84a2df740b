import type { GateRouteName, NavigationRouteName, OperatorRouteName, RouteName, RoutePath, ShopRouteName } from './contracts.ts';

/** Method and address of calls, by their names in the catalogue. */
export type RoutePaths<N extends RouteName> = { readonly [Name in N]: RoutePath<Name> };

/**
 * The compiler compares each entry with the catalogue of routes and detects missing ones. Importing the catalogue would bring all schemas and their
 * library into a browser's bundle. Operators' calls are in `operator-paths.ts`, so that a visitor's page does not contain them.
 */
export const visitorPaths: RoutePaths<Exclude<RouteName, OperatorRouteName | ShopRouteName | GateRouteName | NavigationRouteName>> = {
  getSales: 'GET /api/sales',
  getSale: 'GET /api/sales/:sale',
  postQueue: 'POST /api/sales/:sale/queue',
  getPlace: 'GET /api/sales/:sale/queue/me',
  getChallenge: 'GET /api/sales/:sale/challenge',
  getLine: 'GET /api/sales/:sale/line',
  getDepartures: 'GET /api/sales/:sale/line/:generation/departures/:block/:count',
  getDraw: 'GET /api/sales/:sale/draw',
  getDrawEntries: 'GET /api/sales/:sale/draw/:root/entries/:page',
  getReceipt: 'GET /api/sales/:sale/queue/me/receipt',
  postClaim: 'POST /api/sales/:sale/queue/me/claim',
  postTicket: 'POST /api/sales/:sale/queue/me/pass',
  postTransfer: 'POST /api/sales/:sale/queue/me/transfer',
  takeTransfer: 'POST /api/sales/:sale/transfer',
  deletePlace: 'DELETE /api/sales/:sale/queue/me',
  postPurchase: 'POST /api/sales/:sale/purchases',
  getPurchases: 'GET /api/sales/:sale/purchases/me',
  getHolds: 'GET /api/sales/:sale/holds/me',
  postHold: 'POST /api/sales/:sale/holds',
  postConfirm: 'POST /api/sales/:sale/holds/:hold/confirm',
  deleteHold: 'DELETE /api/sales/:sale/holds/:hold',
};
