/** The parts of the contracts that the client uses. Relative, so that they are compiled into this package: it is installed without the others. */
export { errorCatalogue, type ErrorCode, type Fault, type Problem } from '../../contracts/src/errors.ts';
export { isSaleId } from '../../contracts/src/ids.ts';
export { aliveWithinMs, bearerProtocolPrefix, closeCodes, liveProtocol, retryAfterMsOf, silentMs } from '../../contracts/src/live.ts';
export type { ServerMessage } from '../../contracts/src/live-frames.ts';
export type {
  AnswerOf,
  BodyOf,
  GateRouteName,
  OperatorRouteName,
  ParamsOf,
  RouteName,
  RoutePath,
  SchemaTypes,
  ShopRouteName,
} from '../../contracts/src/route-types.ts';
export type {
  AuditLog,
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
  SaleStats,
  SaleStatus,
  Ticket,
  Visitor,
  VisitorState,
} from '../../contracts/src/schemas.ts';
