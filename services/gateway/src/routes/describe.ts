import { errorCatalogue, errorsOf, type ErrorCode, type PublicRoute } from '@sunbeon/contracts';
import { authenticateVisitor } from '@sunbeon/runtime';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { tokenOf } from '../identity.ts';
import type { RouteContext } from '../context.ts';

const securityOf: Record<PublicRoute['auth'], Record<string, string[]>[] | undefined> = {
  none: undefined,
  visitor: [{ bearer: [] }, { cookie: [] }],
  'visitor-if-any': [{}, { bearer: [] }, { cookie: [] }],
  shop: [{ shop: [] }],
  'visitor-or-shop': [{ bearer: [] }, { cookie: [] }, { shop: [] }],
  operator: [{ operator: [] }, { session: [] }],
  'sign-in': undefined,
  session: [{}, { operator: [] }, { session: [] }],
};

const groupByStatus = (codes: readonly ErrorCode[]): Map<number, ErrorCode[]> => {
  const groups = new Map<number, ErrorCode[]>();
  for (const code of codes) groups.set(errorCatalogue[code].status, [...(groups.get(errorCatalogue[code].status) ?? []), code]);
  return groups;
};

/** Problem response of one status, with its possible codes. */
const problemsOf = (route: PublicRoute): Record<string, unknown> => {
  const codes = groupByStatus(errorsOf(route));
  return Object.fromEntries(
    [...codes].map(([status, names]) => [
      status,
      { description: names.join(', '), content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } } },
    ]),
  );
};

const bytes = { 'application/octet-stream': { schema: Type.String({ format: 'binary' }) } };
const answersOf = (route: PublicRoute): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(route.answers).map(([status, schema]) => [
      status,
      route.binary && Number(status) === 200
        ? { description: 'Bytes', content: bytes }
        : schema === null
          ? Type.Null({ description: 'Done' })
          : {
              description: schema,
              content: {
                'application/json': { schema: { $ref: `${schema}#` } },
                ...(route.csvExample !== undefined && Number(status) === 200
                  ? { 'text/csv': { schema: Type.String(), example: route.csvExample } }
                  : {}),
              },
            },
    ]),
  );

/** Schemas that validate a request: the same that the document shows. */
export const validationOf = (route: PublicRoute) => ({
  ...(route.params ? { params: route.params } : {}),
  ...(route.query ? { querystring: route.query } : {}),
  ...(route.headers ? { headers: route.headers } : {}),
  ...(route.body ? { body: { $ref: `${route.body}#` } } : {}),
});

/** The route's schema for Fastify: validation and the OpenAPI operation in one. */
export const describeRoute = (route: PublicRoute) => {
  const security = securityOf[route.auth];
  return {
    operationId: route.operationId,
    summary: route.summary,
    tags: [route.tag],
    ...(security ? { security } : {}),
    ...validationOf(route),
    response: { ...answersOf(route), ...problemsOf(route) },
  };
};

/**
 * Authentication precedes validation, so that a stranger learns nothing about the request. The service verifies the token of a valid call; only for an
 * invalid call of a visitor does the gateway verify it. A call without input beside the sale cannot be invalid. An operator's call is
 * authenticated by the service alone, which has the operator's token.
 */
export const authOf = (route: PublicRoute, { tokens }: Pick<RouteContext, 'tokens'>) => {
  const { auth, url, body, headers, query, bodyOptional } = route;
  const ofVisitor = auth === 'visitor' || auth === 'visitor-if-any';
  const judgedHere =
    ofVisitor && (body !== undefined || headers !== undefined || query !== undefined || url.replace(':sale', '').includes(':'));
  return {
    ...(bodyOptional
      ? {
          preValidation: async (request: FastifyRequest) => {
            request.body ??= {};
          },
        }
      : {}),
    attachValidation: judgedHere || auth === 'operator' || auth === 'sign-in' || auth === 'shop' || auth === 'visitor-or-shop',
    ...(judgedHere
      ? {
          preHandler: async (request: FastifyRequest) => {
            if (!request.validationError) return;
            const { sale } = request.params as { sale: string };
            authenticateVisitor(auth, tokens, tokenOf(tokens, request, sale), sale);
            throw request.validationError;
          },
        }
      : {}),
  };
};
