/** The client's part of the contracts. Imported by relative path, so that it is compiled into this package, which is installed alone. */
export type { ErrorCode, Fault, Problem } from '../../contracts/src/errors.ts';
export { isSaleId } from '../../contracts/src/ids.ts';
export { aliveWithinMs, bearerProtocolPrefix, closeCodes, liveProtocol, retryAfterMsOf, silentMs } from '../../contracts/src/live.ts';
export type { ServerMessage } from '../../contracts/src/live-frames.ts';
export type { CodesList, MadeCodes, MakeCodes, Transfer } from '../../contracts/src/code-schemas.ts';
export type { CancelRequest, Order, OrdersList } from '../../contracts/src/order-schemas.ts';
export type { PlanChange, PlannedChange, PlannedList } from '../../contracts/src/planned-schemas.ts';
export type { AuditLog, OperatorIdentity } from '../../contracts/src/operator-schemas.ts';
export type { StartRehearsal } from '../../contracts/src/rehearsal-schemas.ts';
export type { Challenge } from '../../contracts/src/proof-schemas.ts';
export type {
  AnswerOf,
  BodyOf,
  GateRouteName,
  NavigationRouteName,
  OperatorRouteName,
  ParamsOf,
  RouteName,
  RoutePath,
  SchemaTypes,
  ShopRouteName,
} from '../../contracts/src/route-types.ts';
export type {
  BrokenSale,
  ChangeSale,
  CompleteRequest,
  CreateSale,
  Estimate,
  Hold,
  OperatorSale,
  Place,
  Purchase,
  Sale,
  SaleReport,
  SaleStats,
  SaleStatus,
  Ticket,
  Visitor,
  VisitorState,
} from '../../contracts/src/schemas.ts';
