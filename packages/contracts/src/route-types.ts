import type { Static } from 'typebox';
import type { RouteCatalogue } from './routes.ts';
import type {
  AddStock,
  AuditLog,
  BuyRequest,
  ChangeSale,
  CreateSale,
  Hold,
  HoldList,
  OperatorSale,
  OperatorSalesList,
  Place,
  Purchase,
  PurchaseList,
  Sale,
  SaleStats,
  SalesList,
  Visitor,
} from './schemas.ts';

/** Types of the references inside lists. */
type Referenced = {
  Sale: typeof Sale;
  OperatorSale: typeof OperatorSale;
  Purchase: typeof Purchase;
  Hold: typeof Hold;
};

/** The type of each shared schema, by its `$id`. */
export interface SchemaTypes {
  AddStock: AddStock;
  AuditLog: AuditLog;
  BuyRequest: BuyRequest;
  ChangeSale: ChangeSale;
  CreateSale: CreateSale;
  Hold: Hold;
  HoldList: Static<typeof HoldList, Referenced>;
  OperatorSale: OperatorSale;
  OperatorSalesList: Static<typeof OperatorSalesList, Referenced>;
  Place: Place;
  Purchase: Purchase;
  PurchaseList: Static<typeof PurchaseList, Referenced>;
  Sale: Sale;
  SaleStats: SaleStats;
  SalesList: Static<typeof SalesList, Referenced>;
  Visitor: Visitor;
}

type TypeOf<Id> = Id extends keyof SchemaTypes ? SchemaTypes[Id] : undefined;

/** A call of the public API, by its name in the catalogue. */
export type RouteName = keyof RouteCatalogue;
/** A call of the operator's API. */
export type OperatorRouteName = { [N in RouteName]: RouteCatalogue[N]['auth'] extends 'operator' ? N : never }[RouteName];
/** `GET /api/sales/:sale`: method and address, from the catalogue. */
export type RoutePath<N extends RouteName> = `${RouteCatalogue[N]['method']} ${RouteCatalogue[N]['url']}`;
/** Body of a call; undefined for none. */
export type BodyOf<N extends RouteName> = RouteCatalogue[N] extends { body: infer Id } ? TypeOf<Id> : undefined;
/** Answer of a successful call; undefined for no body. */
export type AnswerOf<N extends RouteName> = TypeOf<RouteCatalogue[N]['answers'][keyof RouteCatalogue[N]['answers']]>;

type ParamIn<Url> = Url extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParamIn<`/${Rest}`>
  : Url extends `${string}:${infer Name}`
    ? Name
    : never;
/** Parameters in a call's address. */
export type ParamsOf<N extends RouteName> = Record<ParamIn<RouteCatalogue[N]['url']>, string>;
