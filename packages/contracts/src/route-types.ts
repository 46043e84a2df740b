import type { Static } from 'typebox';
import type { CodesList, MadeCodes, MakeCodes, Transfer, TransferRequest } from './code-schemas.ts';
import type { Draw, Receipt } from './draw-schemas.ts';
import type { JoinRequest } from './entrance-schemas.ts';
import type { Line } from './line-schemas.ts';
import type { loginRoutes } from './login-routes.ts';
import type { SaleReport } from './report-schemas.ts';
import type { AuditLog, OperatorIdentity, SignIn } from './operator-schemas.ts';
import type { CancelRequest, ConfirmRequest, Order, OrdersList } from './order-schemas.ts';
import type { PlanChange, PlannedChange, PlannedList } from './planned-schemas.ts';
import type { StartRehearsal } from './rehearsal-schemas.ts';
import type { Challenge } from './proof-schemas.ts';
import type { RouteCatalogue } from './routes.ts';
import type {
  AddStock,
  BuyRequest,
  ChangeSale,
  CompleteRequest,
  CreateSale,
  Hold,
  HoldList,
  OperatorSale,
  OperatorSalesList,
  PassCompletion,
  PassExtension,
  PassKeys,
  PassStatus,
  Place,
  Purchase,
  PurchaseList,
  RedeemRequest,
  Redemption,
  Sale,
  SaleStats,
  SalesList,
  Ticket,
  TicketRequest,
  Visitor,
} from './schemas.ts';

/** Types of the references inside lists. */
type Referenced = {
  Sale: typeof Sale;
  OperatorSale: typeof OperatorSale;
  Purchase: typeof Purchase;
  Hold: typeof Hold;
  Order: typeof Order;
  PlannedChange: typeof PlannedChange;
};

/** The type of each shared schema, by its `$id`. */
export interface SchemaTypes {
  AddStock: AddStock;
  AuditLog: AuditLog;
  BuyRequest: BuyRequest;
  CancelRequest: CancelRequest;
  Challenge: Challenge;
  CodesList: CodesList;
  ChangeSale: ChangeSale;
  CompleteRequest: CompleteRequest;
  ConfirmRequest: ConfirmRequest;
  CreateSale: CreateSale;
  Draw: Draw;
  Hold: Hold;
  HoldList: Static<typeof HoldList, Referenced>;
  JoinRequest: JoinRequest;
  Line: Line;
  MadeCodes: MadeCodes;
  MakeCodes: MakeCodes;
  OperatorIdentity: OperatorIdentity;
  OperatorSale: OperatorSale;
  OperatorSalesList: Static<typeof OperatorSalesList, Referenced>;
  Order: Order;
  OrdersList: Static<typeof OrdersList, Referenced>;
  PassCompletion: PassCompletion;
  PassExtension: PassExtension;
  PassKeys: PassKeys;
  PassStatus: Static<typeof PassStatus, Referenced>;
  Place: Place;
  Purchase: Purchase;
  PurchaseList: Static<typeof PurchaseList, Referenced>;
  Receipt: Receipt;
  RedeemRequest: RedeemRequest;
  Redemption: Static<typeof Redemption, Referenced>;
  Sale: Sale;
  SaleReport: Static<typeof SaleReport, Referenced>;
  SaleStats: SaleStats;
  SalesList: Static<typeof SalesList, Referenced>;
  SignIn: SignIn;
  StartRehearsal: StartRehearsal;
  Ticket: Ticket;
  TicketRequest: TicketRequest;
  PlanChange: PlanChange;
  PlannedChange: PlannedChange;
  PlannedList: Static<typeof PlannedList, Referenced>;
  Transfer: Transfer;
  TransferRequest: TransferRequest;
  Visitor: Visitor;
}

type TypeOf<Id> = Id extends keyof SchemaTypes ? SchemaTypes[Id] : undefined;

/** A call of the public API, by its name in the catalogue. */
export type RouteName = keyof RouteCatalogue;
/** A call of the operator's API. */
export type OperatorRouteName = { [N in RouteName]: RouteCatalogue[N]['tag'] extends 'operator' ? N : never }[RouteName];
/** Those of a shop's server. */
export type ShopRouteName = { [N in RouteName]: RouteCatalogue[N]['auth'] extends 'shop' ? N : never }[RouteName];
/** Those that the gateway answers itself, for shops' proxies and libraries. */
export type GateRouteName = {
  [N in RouteName]: RouteCatalogue[N] extends { service: 'gateway'; tag: 'passes' } ? N : never;
}[RouteName];
/** Those that a browser navigates to: they answer with redirects, and no client calls them. */
export type NavigationRouteName = keyof typeof loginRoutes;
/** `GET /api/sales/:sale`, as the catalogue says it. */
export type RoutePath<N extends RouteName> = `${RouteCatalogue[N]['method']} ${RouteCatalogue[N]['url']}`;
/** Body of a call; undefined for none. */
export type BodyOf<N extends RouteName> = RouteCatalogue[N] extends { body: infer Id } ? TypeOf<Id> : undefined;
/** Answer of a successful call; undefined for no body. */
export type AnswerOf<N extends RouteName> = RouteCatalogue[N] extends { binary: true }
  ? Uint8Array
  : TypeOf<RouteCatalogue[N]['answers'][keyof RouteCatalogue[N]['answers']]>;

type ParamIn<Url> = Url extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParamIn<`/${Rest}`>
  : Url extends `${string}:${infer Name}`
    ? Name
    : never;
/** Parameters in a call's address. */
export type ParamsOf<N extends RouteName> = Record<ParamIn<RouteCatalogue[N]['url']>, string>;
