import type { Socket } from 'node:net';
import { errorCatalogue, problemOf, type ErrorCode, type HopAnswer } from '@sunbeon/contracts';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { classifyRedisError } from './redis-errors.ts';

/** 1 to 3: a crowd that is told to come back must not come back at once. */
const retryAfterSeconds = (): number => 1 + Math.floor(Math.random() * 3);

/** An operating failure or refusal with a code of the catalogue; becomes a problem document. */
export class CodedError extends Error {
  readonly code: ErrorCode;
  readonly headers: Record<string, string>;
  constructor(code: ErrorCode, detail?: string, headers: Record<string, string> = {}) {
    super(detail ?? errorCatalogue[code].title);
    this.code = code;
    this.headers = code === 'unavailable' && !('retry-after' in headers) ? { 'retry-after': String(retryAfterSeconds()), ...headers } : headers;
  }
}

const fastifyCodes: Record<string, ErrorCode> = {
  FST_ERR_VALIDATION: 'invalid_request',
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
};

/** Turns whatever was thrown into a code; `internal_error` is our bug and is logged by the caller. */
export const codedErrorOf = (error: unknown): CodedError => {
  if (error instanceof CodedError) return error;
  const redis = classifyRedisError(error);
  if (redis === 'not_done') return new CodedError('unavailable', 'Nothing was changed. Try again in a moment.');
  if (redis === 'unknown') return new CodedError('unavailable', 'It is not known whether this was done. Try again with the same key.');
  const { code, statusCode, message } = error as FastifyError;
  const mapped = fastifyCodes[code];
  if (mapped) return new CodedError(mapped, message);
  if (statusCode === 429) return new CodedError('rate_limited', message);
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return new CodedError('invalid_request', message);
  return new CodedError('internal_error');
};

export const sendProblem = (reply: FastifyReply, error: CodedError): FastifyReply => {
  const problem = problemOf(error.code, error.message);
  return reply.code(problem.status).headers(error.headers).type('application/problem+json; charset=utf-8').send(JSON.stringify(problem));
};

/** The same, for one element of a batch. */
export const problemAnswer = (error: CodedError): HopAnswer => ({
  status: errorCatalogue[error.code].status,
  body: problemOf(error.code, error.message),
  headers: { 'content-type': 'application/problem+json; charset=utf-8', ...error.headers },
});

/** Bytes that are no HTTP, or too slow or too long to be: a problem as everywhere, and the connection ends. */
export const refuseBytes = (error: NodeJS.ErrnoException, socket: Socket): void => {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return void socket.destroy();
  const [status, text] = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? ['408 Request Timeout', 'The request took too long to arrive.']
    : error.code === 'HPE_HEADER_OVERFLOW' ? ['431 Request Header Fields Too Large', 'The headers are too long.'] : ['400 Bad Request', 'This is not a valid HTTP request.'];
  const body = JSON.stringify({ ...problemOf('invalid_request', text), status: Number(status.slice(0, 3)) });
  socket.end(`HTTP/1.1 ${status}\r\ncontent-type: application/problem+json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`);
};

/** Every error of every route leaves as a problem; a stack trace never does. */
export const problemsEverywhere = (app: FastifyInstance): void => {
  app.setErrorHandler((error: unknown, request: FastifyRequest, reply) => {
    const coded = codedErrorOf(error);
    if (coded.code === 'internal_error') request.log.error({ err: error, reqId: request.id }, 'request failed');
    return sendProblem(reply, coded);
  });
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0]!;
    const known = (['GET', 'POST', 'PATCH', 'DELETE'] as const).filter((method) => method !== request.method && app.findRoute({ method, url: path }) !== null);
    return sendProblem(reply, new CodedError('route_not_found', known.length > 0 ? `Use ${known.join(', ')}` : undefined));
  });
};
