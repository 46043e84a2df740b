import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { errorCatalogue, problemOf, type ErrorCode, type Fault, type ProblemMembers, type RpcResult } from '@sunbeon/contracts';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest, FastifySchemaValidationError } from 'fastify';
import type { Log } from './log/log.ts';
import { requestFields, requestIdHeader } from './log/request-id.ts';
import { classifyRedisError } from './redis-errors.ts';

/** 1 to 3, at random, to prevent a thundering herd. */
const retryAfterSeconds = (): number => 1 + Math.floor(Math.random() * 3);

/** Headers that a code never goes without. RFC 9110, 15.5.2: a 401 names a scheme; some clients fail without it. No browser asks a person for this one. */
const headersOf = (code: ErrorCode): Record<string, string> => {
  if (code === 'unavailable') return { 'retry-after': String(retryAfterSeconds()) };
  return errorCatalogue[code].status === 401 ? { 'www-authenticate': 'Bearer' } : {};
};

/** An operating failure or refusal with a code of the catalogue; becomes a problem document. */
export class CodedError extends Error {
  readonly code: ErrorCode;
  readonly headers: Record<string, string>;
  /** Every fault of the refused part of a request. */
  readonly errors: Fault[] | undefined;
  /** Further members of the problem. */
  readonly more: ProblemMembers;
  constructor(code: ErrorCode, detail?: string, headers: Record<string, string> = {}, errors?: Fault[], more: ProblemMembers = {}) {
    super(detail ?? errorCatalogue[code].title);
    this.code = code;
    this.errors = errors;
    this.more = more;
    this.headers = { ...headersOf(code), ...headers };
  }
}

const fastifyCodes: Record<string, ErrorCode> = {
  FST_ERR_VALIDATION: 'invalid_request',
  FST_ERR_MAX_PARAM_LENGTH: 'uri_too_long',
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
};

/** Faults of one answer; a body of 8 KB could have more than a thousand. */
const faultsNamed = 100;
/** Faults repeated in `detail`, for people. */
const faultsInDetail = 3;

/** The property of a fault; for a missing or unknown one it differs from the validator's path. */
const pathOf = (context: string | undefined, { instancePath, params }: FastifySchemaValidationError): string => {
  const { missingProperty, additionalProperty } = params as { missingProperty?: string; additionalProperty?: string };
  const name = missingProperty ?? additionalProperty;
  const pointer = name === undefined ? instancePath : `${instancePath}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const part = { querystring: 'query', params: 'path', headers: 'header' }[context ?? ''];
  return part === undefined ? pointer : part + pointer;
};

/** One fault per property; the rules of a union's branches replace the fault of the union itself. */
export const faultsOf = (validation: FastifySchemaValidationError[], context: string | undefined): Fault[] => {
  const byPath = new Map<string, Set<string>>();
  for (const fault of validation) {
    if (fault.keyword === 'anyOf') continue;
    const path = pathOf(context, fault);
    const details = byPath.get(path) ?? new Set<string>();
    if (byPath.size < faultsNamed || byPath.has(path))
      byPath.set(
        path,
        details.add(
          fault.keyword === 'additionalProperties'
            ? 'is not known here'
            : fault.keyword === 'required'
              ? 'is missing'
              : (fault.message ?? 'is not valid'),
        ),
      );
  }
  return [...byPath].map(([path, details]) => ({ path, detail: [...details].join('; ') }));
};

const validationProblem = (validation: FastifySchemaValidationError[], context: string | undefined): CodedError => {
  const errors = faultsOf(validation, context);
  const said = errors
    .slice(0, faultsInDetail)
    .map(({ path, detail }) => `${path || 'the body'} ${detail}`)
    .join(', ');
  return new CodedError(
    'invalid_request',
    errors.length > faultsInDetail ? `${said} and ${errors.length - faultsInDetail} more` : said,
    {},
    errors,
  );
};

/** Maps any thrown value to a code; `internal_error` is a bug and is logged by the caller. */
export const codedErrorOf = (error: unknown): CodedError => {
  if (error instanceof CodedError) return error;
  const redis = classifyRedisError(error);
  if (redis === 'not_done') return new CodedError('unavailable', 'Nothing was changed. Try again in a moment.');
  if (redis === 'unknown') return new CodedError('unavailable', 'The outcome is unknown. Try again with the same key.');
  const { code, statusCode, message, validation, validationContext } = error as FastifyError;
  if (Array.isArray(validation)) return validationProblem(validation, validationContext);
  // The library repeats the whole path in its message.
  if (code === 'FST_ERR_BAD_URL') return new CodedError('invalid_request', 'The path is not valid percent-encoding.');
  if (code === 'FST_ERR_MAX_PARAM_LENGTH' || code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new CodedError(fastifyCodes[code]!);
  const mapped = fastifyCodes[code];
  if (mapped) return new CodedError(mapped, message);
  if (statusCode === 429) return new CodedError('rate_limited', message);
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return new CodedError('invalid_request', message);
  return new CodedError('internal_error');
};

export const sendProblem = (reply: FastifyReply, error: CodedError): FastifyReply => {
  const problem = problemOf(error.code, error.message, error.errors, error.more);
  const { server, request } = reply;
  server.events.count('requests_refused', error.code);
  return reply
    .code(problem.status)
    .headers({ 'cache-control': 'no-store', [requestIdHeader]: request.id, ...error.headers })
    .type('application/problem+json; charset=utf-8')
    .send(JSON.stringify(problem));
};

/** The same, for one element of a batch. */
export const problemAnswer = (error: CodedError): RpcResult => ({
  status: errorCatalogue[error.code].status,
  body: problemOf(error.code, error.message, error.errors, error.more),
  headers: { 'content-type': 'application/problem+json; charset=utf-8', ...error.headers },
});

const bytesCodes: Record<string, [ErrorCode, string]> = {
  ERR_HTTP_REQUEST_TIMEOUT: ['request_timeout', 'The request took too long to arrive.'],
  HPE_HEADER_OVERFLOW: ['headers_too_large', 'The headers are too long.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ['payload_too_large', 'The chunk extensions are too long.'],
};

/** Whether a part of an answer is on its way: what is written behind it would be read as its rest. Node's own handler looks at the same. */
const isAnswering = (socket: Socket): boolean => (socket as { _httpMessage?: ServerResponse | null })._httpMessage?.headersSent === true;

/** Bytes that are no valid HTTP, or exceed its time or size: a problem document, then the connection ends. In the middle of an answer it ends at once. */
export const refuseBytes =
  (log: Log) =>
  (error: NodeJS.ErrnoException, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable || isAnswering(socket)) return void socket.destroy();
    const [code, text] = bytesCodes[error.code ?? ''] ?? ['invalid_request', 'This is not a valid HTTP request.'];
    const problem = problemOf(code, text);
    log.count('requests_refused', code);
    const body = JSON.stringify(problem);
    socket.end(
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\ncontent-type: application/problem+json; charset=utf-8\r\ncache-control: no-store\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    );
  };

/** Every error of every route becomes a problem; a stack trace is never sent. */
export const problemsEverywhere = (app: FastifyInstance): void => {
  app.setErrorHandler((error: unknown, request: FastifyRequest, reply) => {
    const coded = codedErrorOf(error);
    if (coded.code === 'internal_error') app.events.write('request_failed', { ...requestFields(request), err: error });
    return sendProblem(reply, coded);
  });
  const methodsOf = methodsByPath(app);
  app.setNotFoundHandler((request, reply) => {
    const methods = methodsOf(request.url.split('?', 1)[0]!);
    if (methods.length === 0) return sendProblem(reply, new CodedError('route_not_found'));
    return sendProblem(reply, new CodedError('method_not_allowed', `Use ${methods.join(', ')}.`, { allow: methods.join(', ') }));
  });
};

/** Methods of the routes that match a path: the router itself looks up one method at a time. */
const methodsByPath = (app: FastifyInstance): ((path: string) => string[]) => {
  const routes = new Map<string, { pattern: RegExp; variables: number; methods: Set<string> }>();
  app.addHook('onRoute', ({ url, method }) => {
    // `OPTIONS *` is how preflights of all paths are answered; it is no path.
    if (url === '*' || url === '/*') return;
    const source = url
      .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
      .replace(/:\w+/g, '[^/]+')
      .replace(/\*/g, '.*');
    const route = routes.get(url) ?? {
      pattern: new RegExp(`^${source}$`),
      variables: url.split(/[:*]/).length - 1,
      methods: new Set<string>(),
    };
    for (const one of [method].flat()) route.methods.add(one);
    routes.set(url, route);
  });
  return (path) => {
    let decoded: string;
    try {
      decoded = decodeURI(path);
    } catch {
      return [];
    }
    const matching = [...routes.values()].filter(({ pattern }) => pattern.test(decoded));
    // `/holds/me` is an address of its own, although it matches `/holds/:hold`.
    const variables = Math.min(...matching.map((route) => route.variables));
    return [...new Set(matching.filter((route) => route.variables === variables).flatMap(({ methods }) => [...methods]))].sort();
  };
};
