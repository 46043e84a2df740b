import { isSaleId, type PublicRoute } from '@sunbeon/contracts';
import { CodedError } from '../problems.ts';
import type { Tokens, VisitorToken } from '../tokens.ts';

/** The visitor of a call; null for a call without a token where none is needed. Throws `invalid_request` for an invalid sale id, and the errors of `verify`. */
export const authenticateVisitor = (
  auth: PublicRoute['auth'],
  tokens: Tokens,
  token: string | undefined,
  saleId: string,
): VisitorToken | null => {
  if (!isSaleId(saleId)) throw new CodedError('invalid_request', 'The path contains an invalid sale id.');
  return token === undefined && auth === 'visitor-if-any' ? null : tokens.verify(token, saleId);
};
