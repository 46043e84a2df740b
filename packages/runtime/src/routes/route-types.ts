import type { PublicRoute, RpcMethod, RpcResult, SchemaId, TypeOf } from '@sunbeon/contracts';
import type { FastifyInstance } from 'fastify';
import type { Static, TSchema } from 'typebox';
import type { Actor } from '../actor.ts';
import type { ShopCheck } from '../shop-keys.ts';
import type { Credentials, Operator, OperatorCheck } from '../operators.ts';
import type { Tokens, VisitorToken } from '../tokens.ts';

/** What the authentication of a route needs: a service without `checkOperator` or `checkShop` cannot define a route of theirs. */
export type RouteContextOf<R extends PublicRoute> = { app: FastifyInstance } & (R extends { auth: 'operator' | 'session' }
  ? { checkOperator: OperatorCheck }
  : unknown) &
  (R extends { auth: 'shop' | 'visitor-or-shop' } ? { checkShop: ShopCheck } : unknown) &
  (R extends { auth: 'none' | 'operator' | 'shop' | 'sign-in' | 'session' } ? unknown : { tokens: Tokens });

/** A request typed by its catalogue entry: authenticated and validated. Parts that the entry does not name are absent. */
export type RouteRequest<R extends PublicRoute> = (R extends { params: infer S extends TSchema } ? { params: Static<S> } : unknown) &
  (R extends { query: infer S extends TSchema } ? { query: Static<S> } : unknown) &
  (R extends { headers: infer S extends TSchema } ? { headers: Static<S> } : unknown) &
  (R extends { body: infer Id extends SchemaId } ? { body: TypeOf<Id> } : unknown) &
  (R extends { auth: 'visitor' } ? { visitor: VisitorToken } : unknown) &
  (R extends { auth: 'visitor-if-any' } ? { visitor: VisitorToken | null } : unknown) &
  (R extends { auth: 'shop' } ? { shop: string; actor: Actor } : unknown) &
  (R extends { auth: 'visitor-or-shop' }
    ? { visitor: VisitorToken; shop?: undefined; actor?: undefined } | { visitor?: undefined; shop: string; actor: Actor }
    : unknown) &
  (R extends { auth: 'operator' } ? { operator: Operator; actor: Actor } : unknown) &
  (R extends { auth: 'sign-in' } ? { credentials: Credentials } : unknown) &
  (R extends { auth: 'session' } ? { operator: Operator | null; credentials: Credentials } : unknown) &
  // `isRepeated`: the gateway's repetition of a call whose answer was lost.
  (R extends { rpc: RpcMethod } ? { operation: string | undefined; isLimited: boolean } : { isRepeated: boolean });

/** The statuses of an entry's `answers`, each with the type of its schema. `token`: joins only, see `RpcResult`. */
export type RouteAnswer<R extends PublicRoute> = {
  [Status in keyof R['answers'] & number]: { status: Status } & (R['answers'][Status] extends SchemaId
    ? { body: TypeOf<R['answers'][Status]> }
    : { body?: undefined }) &
    Pick<RpcResult, R extends { rpc: RpcMethod } ? 'headers' | 'token' : 'headers'>;
}[keyof R['answers'] & number];
