import Fastify, { LogController, type FastifyInstance, type FastifyServerOptions } from 'fastify';
import type { Logger } from 'pino';
import { limits, sharedSchemas } from '@sunbeon/contracts';
import type { Metrics } from './metrics.ts';
import { problemsEverywhere, refuseBytes } from './problems.ts';

/**
 * The HTTP server all services share: strict validation (nothing coerced, unknown fields refused), bounded time and size,
 * problems for every error, one duration series per route.
 */
export const createHttp = (log: Logger, metrics: Metrics, options: FastifyServerOptions = {}): FastifyInstance => {
  const app = Fastify({
    loggerInstance: log as never,
    logController: new LogController({ disableRequestLogging: true }),
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
  const durations = new Map<string, (seconds: number) => void>();
  app.addHook('onResponse', (request, reply, done) => {
    const labels = { route: request.routeOptions.url ?? 'unmatched', method: request.method, status: `${Math.floor(reply.statusCode / 100)}xx` };
    const key = `${labels.method} ${labels.status} ${labels.route}`;
    let observe = durations.get(key);
    if (!observe) durations.set(key, (observe = metrics.series('sunbeon_http_request_duration_seconds', labels)));
    observe(reply.elapsedTime / 1_000);
    done();
  });
  return app;
};
