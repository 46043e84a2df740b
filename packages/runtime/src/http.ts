import Fastify, { LogController, type FastifyInstance, type FastifyServerOptions } from 'fastify';
import type { Logger } from 'pino';
import { limits, metricCatalogue, sharedSchemas, type LabelsOf } from '@sunbeon/contracts';
import type { Metrics } from './metrics.ts';
import { problemsEverywhere, refuseBytes } from './problems.ts';
import { tracing } from './trace.ts';

type RequestLabels = LabelsOf<'sunbeon_http_request_duration_seconds'>;
const methods = new Set<string>(metricCatalogue.sunbeon_http_request_duration_seconds.labels.method);

/** One series per route, method and class of status, found without an allocation. */
const requestDurations = (metrics: Metrics) => {
  const byRoute = new Map<string, Map<string, ((seconds: number) => void)[]>>();
  return (route: string, method: string, status: number, seconds: number): void => {
    let byMethod = byRoute.get(route);
    if (!byMethod) byRoute.set(route, (byMethod = new Map()));
    let byClass = byMethod.get(method);
    if (!byClass) byMethod.set(method, (byClass = []));
    const digit = Math.floor(status / 100);
    byClass[digit] ??= metrics.histogram('sunbeon_http_request_duration_seconds', {
      route, method: (methods.has(method) ? method : 'other') as RequestLabels['method'], status: `${digit}xx` as RequestLabels['status'],
    });
    byClass[digit](seconds);
  };
};

/**
 * The HTTP server all services share: strict validation (nothing coerced, unknown fields refused), bounded time and size,
 * problems for every error, one duration series per route.
 */
export const createHttp = (log: Logger, metrics: Metrics, options: FastifyServerOptions = {}): FastifyInstance => {
  const app = Fastify({
    loggerInstance: log as never,
    logController: new LogController({ disableRequestLogging: true }),
    // A logger of its own for every request would cost more than all that is logged; who logs names the request.
    childLoggerFactory: (logger: unknown) => logger,
    clientErrorHandler: refuseBytes,
    bodyLimit: limits.bodyBytes,
    requestTimeout: 15_000,
    connectionTimeout: 30_000,
    keepAliveTimeout: 30_000,
    http: { headersTimeout: 10_000, connectionsCheckingInterval: 1_000, maxHeaderSize: 16_384 },
    // A request that arrives on an open connection while this process stops is still served; new ones go elsewhere.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200 },
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: true, allErrors: false } },
    ...options,
  } as FastifyServerOptions) as unknown as FastifyInstance;
  for (const schema of sharedSchemas) app.addSchema(schema);
  problemsEverywhere(app);
  tracing()?.instrument(app);
  const observe = requestDurations(metrics);
  app.addHook('onResponse', (request, reply, done) => {
    observe(request.routeOptions.url ?? 'unmatched', request.method, reply.statusCode, reply.elapsedTime / 1_000);
    done();
  });
  return app;
};
