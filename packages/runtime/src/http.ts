import { IncomingMessage } from 'node:http';
import Fastify, { LogController, type FastifyInstance, type FastifyServerOptions, type onResponseHookHandler } from 'fastify';
import { limits, metricCatalogue, sharedSchemas, type LabelsOf } from '@sunbeon/contracts';
import type { Metrics } from './metrics.ts';
import { frameworkErrors, problemsOfHttp } from './http-edges.ts';
import type { Log } from './log/log.ts';
import { logRequests } from './log/request-log.ts';
import { requestIdOf } from './log/request-id.ts';
import { problemsEverywhere, refuseBytes } from './problems.ts';
import { tracing } from './trace.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** The log of this process. */
    events: Log;
  }
}

type RequestLabels = LabelsOf<'sunbeon_http_request_duration_seconds'>;
const methods = new Set<string>(metricCatalogue.sunbeon_http_request_duration_seconds.labels.method);

/** One series per method and class of status of a route, found without an allocation. */
const durationsOf = (metrics: Metrics, route: string): onResponseHookHandler => {
  const byMethod = new Map<string, ((seconds: number) => void)[]>();
  return ({ method }, reply, done) => {
    let byClass = byMethod.get(method);
    if (!byClass) byMethod.set(method, (byClass = []));
    const digit = Math.floor(reply.statusCode / 100);
    byClass[digit] ??= metrics.histogram('sunbeon_http_request_duration_seconds', {
      route,
      method: (methods.has(method) ? method : 'other') as RequestLabels['method'],
      status: `${digit}xx` as RequestLabels['status'],
    });
    byClass[digit](reply.elapsedTime / 1_000);
    done();
  };
};

/** A series for each route. */
const observeDurations = (app: FastifyInstance, metrics: Metrics): void => {
  // A hook per route, because `request.routeOptions` allocates a new description at each access.
  app.addHook('onRoute', (route) => {
    route.onResponse = [route.onResponse ?? [], durationsOf(metrics, route.url)].flat();
  });
  const unmatched = durationsOf(metrics, 'unmatched');
  app.addHook('onResponse', function (request, reply, done) {
    if (request.is404) unmatched.call(this, request, reply, done);
    else done();
  });
};

/**
 * The HTTP server all services share: strict validation (nothing coerced, unknown fields refused), bounded time and size,
 * problems for every error, one duration series per route, an id for each request. `metrics`: null for an ops port, whose probes and scrapes are no
 * requests of the service: a failing probe is no failing request. `Request`: the class of its requests.
 */
export const createHttp = (
  log: Log,
  metrics: Metrics | null,
  options: FastifyServerOptions = {},
  Request: typeof IncomingMessage = IncomingMessage,
): FastifyInstance => {
  const app = Fastify({
    loggerInstance: log.framework,
    logController: new LogController({ disableRequestLogging: true }),
    // A child logger per request would cost more than all log lines; each line names its request instead.
    childLoggerFactory: (logger: unknown) => logger,
    clientErrorHandler: refuseBytes(log),
    genReqId: requestIdOf,
    frameworkErrors,
    bodyLimit: limits.bodyBytes,
    requestTimeout: 15_000,
    connectionTimeout: 30_000,
    keepAliveTimeout: 30_000,
    http: {
      IncomingMessage: Request,
      requireHostHeader: false,
      headersTimeout: 10_000,
      connectionsCheckingInterval: 1_000,
      maxHeaderSize: 16_384,
    },
    // Requests on open connections are served while this process stops; new connections are refused.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200 },
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: true, allErrors: true } },
    ...options,
  } as FastifyServerOptions) as unknown as FastifyInstance;
  app.decorate('events', log);
  for (const schema of sharedSchemas) app.addSchema(schema);
  problemsEverywhere(app);
  problemsOfHttp(app);
  tracing()?.instrument(app);
  if (log.requests) logRequests(app);
  if (metrics) observeDurations(app, metrics);
  return app;
};
