import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { limits, problemOf } from '@sunbeon/contracts';
import type { Log } from './log/log.ts';
import { requestIdHeader, requestIdOf } from './log/request-id.ts';
import { halfCharacterFault } from './half-characters.ts';
import { CodedError, codedErrorOf, sendProblem } from './problems.ts';

/** Refusals before routing: bad percent-encoding, a path that is too long. The connection ends, also for a WebSocket upgrade. */
export const frameworkErrors = (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
  const { socket } = request.raw;
  if (request.headers.upgrade !== undefined) reply.raw.once('finish', () => socket.destroySoon());
  void sendProblem(reply.header('connection', 'close').header('x-content-type-options', 'nosniff'), codedErrorOf(error));
};

/** Node answers an unknown expectation without a body. */
const refuseExpectation =
  (log: Log) =>
  (request: IncomingMessage, response: ServerResponse): void => {
    const problem = problemOf('expectation_failed', 'Only `Expect: 100-continue` is supported.');
    log.count('requests_refused', problem.code);
    response.writeHead(problem.status, {
      [requestIdHeader]: requestIdOf(request),
      'content-type': 'application/problem+json; charset=utf-8',
      'cache-control': 'no-store',
      connection: 'close',
    });
    response.end(request.method === 'HEAD' ? undefined : JSON.stringify(problem));
  };

/** RFC 9112, 3.2: exactly one Host from HTTP/1.1 on. Node would use the first of several, and refuses none without a body. */
export const hostFault = ({ rawHeaders, httpVersionMajor, httpVersionMinor }: IncomingMessage): CodedError | undefined => {
  let hosts = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) if (rawHeaders[i]!.length === 4 && rawHeaders[i]!.toLowerCase() === 'host') hosts += 1;
  if (hosts === 1 || (hosts === 0 && httpVersionMajor === 1 && httpVersionMinor === 0)) return undefined;
  return new CodedError('invalid_request', hosts === 0 ? 'The Host header is missing.' : 'The Host header is there more than once.', {
    connection: 'close',
  });
};

/**
 * JSON is the only media type, and the texts of operators are whole characters. Zero bytes count as no body, whatever the type; a route that requires a body refuses
 * it itself.
 */
const onlyJson = (app: FastifyInstance): void => {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string', bodyLimit: limits.bodyBytes }, (request, body, done) => {
    if (body.length === 0) done(null, undefined);
    else
      void parse(request, body as string, (error, value) => {
        // Texts of visitors have rules of their own, with their own codes.
        const isKept = request.routeOptions.url?.startsWith('/api/admin/') === true;
        const fault = error || !isKept ? null : halfCharacterFault(body as string, value);
        if (fault === null) return done(error, value);
        done(new CodedError('invalid_request', `${fault.path || 'the body'} ${fault.detail}`, {}, [fault]));
      });
  });
};

/** The type of an empty body has no meaning: many clients name one with each POST (`curl -d ''`, PHP, Java). Only a chunked body may turn out to be empty later. */
const forgetTypeOfNothing = ({ headers }: IncomingMessage): void => {
  const length = headers['content-length'];
  if (headers['transfer-encoding'] === undefined && (length === undefined || length === '0')) delete headers['content-type'];
};

/** Adds a problem document to refusals of the HTTP layer that have none. */
export const problemsOfHttp = (app: FastifyInstance): void => {
  onlyJson(app);
  app.server.on('checkExpectation', refuseExpectation(app.events));
  app.addHook('onRequest', ({ raw }, _, done) => {
    forgetTypeOfNothing(raw);
    done(hostFault(raw));
  });
};
