import { isSaleId } from '@sunbeon/contracts';
import { bearerOf, CodedError, type Tokens } from '@sunbeon/runtime';
import type { FastifyRequest } from 'fastify';

/** The address first, then the token, and only then headers and body: a stranger's body is not even read. */
export const requireVisitor = (tokens: Tokens) => async ({ params, headers }: FastifyRequest<{ Params: { sale: string } }>): Promise<void> => {
  if (!isSaleId(params.sale)) throw new CodedError('invalid_request', 'that is no sale id');
  tokens.verify(bearerOf(headers.authorization), params.sale);
};
