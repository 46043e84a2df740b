import type { OperatorRouteName } from './contracts.ts';
import type { RoutePaths } from './route-paths.ts';

/** As `route-paths.ts`, for operators' calls. */
export const operatorPaths: RoutePaths<OperatorRouteName> = {
  signIn: 'POST /api/admin/session',
  getSession: 'GET /api/admin/session',
  signOut: 'DELETE /api/admin/session',
  createSale: 'POST /api/admin/sales',
  getOperatorSales: 'GET /api/admin/sales',
  getStats: 'GET /api/admin/sales/:sale/stats',
  getReport: 'GET /api/admin/sales/:sale/report',
  getOperatorSale: 'GET /api/admin/sales/:sale',
  changeSale: 'PATCH /api/admin/sales/:sale',
  deleteSale: 'DELETE /api/admin/sales/:sale',
  getAuditLog: 'GET /api/admin/audit-log',
  openSale: 'POST /api/admin/sales/:sale/open',
  pauseSale: 'POST /api/admin/sales/:sale/pause',
  resumeSale: 'POST /api/admin/sales/:sale/resume',
  closeSale: 'POST /api/admin/sales/:sale/close',
  startRehearsal: 'POST /api/admin/sales/:sale/rehearsals',
  makeCodes: 'POST /api/admin/sales/:sale/codes',
  getCodes: 'GET /api/admin/sales/:sale/codes',
  deleteCode: 'DELETE /api/admin/sales/:sale/codes/:code',
  getOrders: 'GET /api/admin/sales/:sale/orders',
  getOrder: 'GET /api/admin/sales/:sale/orders/:purchase',
  cancelOrder: 'POST /api/admin/sales/:sale/orders/:purchase/cancel',
  checkInOrder: 'POST /api/admin/sales/:sale/orders/:purchase/check-in',
  planChange: 'POST /api/admin/sales/:sale/planned',
  getPlanned: 'GET /api/admin/sales/:sale/planned',
  deletePlanned: 'DELETE /api/admin/sales/:sale/planned/:planned',
  addStock: 'POST /api/admin/sales/:sale/stock',
};
