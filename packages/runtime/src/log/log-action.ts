import { errorCatalogue, isSaleId, publicRoutes, type ErrorCode, type PublicRoute } from '@sunbeon/contracts';
import type { FastifyRequest } from 'fastify';
import type { Credentials, Operator } from '../operators.ts';
import { credentialsOf } from '../actor.ts';
import { requestFields } from './request-id.ts';

interface Acting {
  operator?: Operator | null;
  credentials?: Credentials;
}
/** How a call ended: an answer, or the code of its refusal. */
type Ending = { status: number; body?: unknown } | { code: ErrorCode };

/** The sale of a call: in its path, or in the body that creates it. */
const saleOf = ({ params, body }: FastifyRequest): { sale?: string } => {
  const sale = (params as { sale?: unknown } | undefined)?.sale ?? (body as { saleId?: unknown } | null | undefined)?.saleId;
  return typeof sale === 'string' && isSaleId(sale) ? { sale } : {};
};
/** Names alone: values are in the audit log, and some are secrets of a kind. Those of a refused body may be anything. */
const changedOf = ({ body }: FastifyRequest, isRefused: boolean): { changed?: string[] } =>
  typeof body !== 'object' || body === null || isRefused ? {} : { changed: Object.keys(body) };

/** A line for what an operator did or was refused; signing in and out too. Reads have none, and check-ins, of which there are as many as orders, are summed. */
export const logAction = (route: PublicRoute, request: FastifyRequest, caller: Acting | undefined, ending: Ending): void => {
  if (caller === undefined || route.method === 'GET') return;
  const { events } = request.server;
  const { address } = credentialsOf(request);
  const isRefused = 'code' in ending;
  const of = { ...requestFields(request), address };
  if (route.auth === 'sign-in') {
    if (isRefused) return;
    const { name, role } = ending.body as Operator & { name: string };
    events.write('operator_signed_in', { ...of, operator: name, role });
  } else if (route.auth === 'session') {
    if (caller.operator) events.write('operator_signed_out', { ...of, operator: caller.operator.name });
  } else if (route.auth === 'operator' && caller.operator) {
    const { name, role } = caller.operator;
    if (route === publicRoutes.checkInOrder && !isRefused) return events.count('checked_in', name);
    events.write('operator_acted', {
      ...of,
      operator: name,
      role,
      action: route.operationId,
      ...saleOf(request),
      ...changedOf(request, isRefused),
      ...(isRefused ? { status: errorCatalogue[ending.code].status, code: ending.code } : { status: ending.status }),
    });
  }
};
