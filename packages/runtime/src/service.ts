import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import closeWithGrace from 'close-with-grace';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { createHttp } from './http.ts';
import { createKeyring, type Keyring } from './keyring/keyring.ts';
import { secretsIn } from './log/clean.ts';
import { createLog, type Log, type LogSettings } from './log/log.ts';
import { logProcess } from './log/log-process.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { CodedError } from './problems.ts';
import { classifyRedisError } from './redis-errors.ts';
import { guardRedis } from './redis-guard.ts';
import { commandConnection, type RedisClient } from './redis.ts';
import { observeScripts } from './script.ts';
import { tracing } from './trace.ts';

export interface ServiceConfig extends LogSettings {
  REDIS_URL: string;
  HOST: string;
  PORT: number;
  OPS_PORT: number;
  TOKEN_SECRET: string;
}

/** Common parts of every service: name, log, metrics, command connection, graceful shutdown. */
export interface Service {
  name: string;
  /** Unique to this process; the name of a leader. */
  instance: string;
  log: Log;
  metrics: Metrics;
  redis: RedisClient;
  /** Keys of the other instances; not usable before `listen`. */
  keyring: Keyring;
  /** Runs before the connections to Redis close, in reverse order of registration. */
  onStop: (step: () => Promise<void> | void) => void;
  /** A further condition of `/readyz`: names the missing part, null when ready. */
  onReady: (check: () => string | null) => void;
  /** What `/readyz` says: missing parts, none when ready, and notes for operators. */
  readiness: () => Readiness;
  /** Serves `app` and the ops port; SIGTERM or SIGINT ends the process gracefully, with exit code 0. */
  listen: (app: FastifyInstance) => Promise<void>;
  /** Ends the process as SIGTERM does, after `listen`; nothing when it is ending already. */
  stop: () => void;
}
export interface Readiness {
  missing: string[];
  notes: string[];
}

/** Readiness probe of gateways: 204 or 503, without a body. */
export const readyPath = '/internal/ready';

/** Drain time, ms: connections are accepted, callers are sent elsewhere. 0 in development, where there is no other instance. */
const drainMs = process.env['NODE_ENV'] === 'development' ? 0 : 500;
/** Time for requests in flight after the signal, ms. */
const graceMs = 9_000;
/** Longest time from the signal to the end of the process, ms. */
export const stopMs = graceMs + 500;

/** Unique to this process. */
export const instanceName = (name: string): string => `${name}-${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`;

/** The answer of `/readyz`. */
export const sendReadiness = (reply: FastifyReply, { missing, notes }: Readiness): FastifyReply =>
  reply
    .code(missing.length === 0 ? 200 : 503)
    .send({ status: missing.length === 0 ? 'ready' : 'not ready', missing, ...(notes.length === 0 ? {} : { notes }) });

/** `opsPort`: false for one of several processes behind a port, whose primary process answers for all. */
export const createService = (name: string, config: ServiceConfig, { opsPort = true } = {}): Service => {
  // Services scale by processes and share cores: parallel scavenging takes a twelfth more CPU than it gives back.
  setFlagsFromString('--no-parallel-scavenge');
  // Objects of a request live until its batch returns: long enough for V8 to pretenure their allocation sites, too short to benefit. Pretenured objects keep
  // their young references alive until the next full collection: 57 instead of 43 µs for a join with 512 in flight.
  setFlagsFromString('--no-allocation-site-pretenuring');
  const instance = instanceName(name);
  const log = createLog(name, instance, config, secretsIn(config));
  tracing()?.report({
    lost: (reason, spans) => log.count('spans_lost', reason, spans),
    away: (reason) => log.write('collector_lost', { reason }),
    back: () => log.write('collector_restored'),
  });
  const metrics = createMetrics(name);
  const redis = commandConnection(config.REDIS_URL);
  const stops: (() => Promise<void> | void)[] = [];
  const checks: (() => string | null)[] = [() => (redis.status === 'ready' ? null : `redis ${redis.status}`)];
  let listening = false;
  checks.push(() => (listening ? null : 'not listening yet'));
  let stopping = false;
  let end: (() => void) | undefined;
  let away = false;

  redis.on('error', (error: Error) => {
    if (!away) log.write('redis_lost', { reason: error.message });
    away = true;
  });
  redis.on('ready', () => {
    if (away) log.write('redis_restored');
    away = false;
    void guard.look();
  });
  const failed = metrics.counters('sunbeon_redis_errors_total', 'class');
  const durations = new Map<string, (seconds: number) => void>();
  observeScripts((script, seconds, error) => {
    let observe = durations.get(script);
    if (!observe) durations.set(script, (observe = metrics.histogram('sunbeon_script_duration_seconds', { script })));
    observe(seconds);
    if (error !== undefined) failed[error instanceof CodedError ? 'not_sent' : (classifyRedisError(error) ?? 'bug')]();
  });

  const guard = guardRedis(redis, log, metrics, { tellsUnread: name === 'admission' });
  checks.push(guard.missing);
  stops.push(guard.stop);
  // Only the queue signs tokens.
  const keyring = createKeyring({ instance, secrets: config.TOKEN_SECRET, signs: name === 'queue', redis, log, metrics });
  checks.push(keyring.missing);

  const ops = createHttp(log, null);
  ops.get('/livez', async () => ({ status: 'live' }));
  const missingNow = (): string[] => (stopping ? ['stopping'] : checks.flatMap((check) => check() ?? []));
  const readiness = (): Readiness => ({ missing: missingNow(), notes: [keyring.note() ?? []].flat() });
  ops.get('/readyz', async (_, reply) => sendReadiness(reply, readiness()));
  ops.get('/metrics', async (_, reply) => reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()));

  const listen = async (app: FastifyInstance): Promise<void> => {
    // Not in the gateway, the one public service. Gateways know the API ports only.
    if (name !== 'gateway') app.get(readyPath, async (_, reply) => reply.code(missingNow().length === 0 ? 204 : 503).send());
    // An instance that lacks a key would refuse valid tokens: it refuses every request, so that no client treats that as the loss of its place.
    app.addHook('onRequest', (_, __, done) =>
      done(
        keyring.refusal() === null
          ? undefined
          : new CodedError('unavailable', 'This instance lacks a key of TOKEN_SECRET. Nothing was changed.'),
      ),
    );
    // While stopping, each answer closes its connection, so that none is cut during a request. Gateways also leave an instance that is not ready: behind one
    // address there may be another, which only a new connection reaches.
    const mustLeave = (): boolean => stopping || (name !== 'gateway' && checks.some((check) => check() !== null));
    app.addHook('onSend', (_, reply, payload, done) => {
      if (mustLeave()) reply.header('connection', 'close');
      done(null, payload);
    });
    const said = logProcess(log);
    ({ close: end } = closeWithGrace({ delay: stopMs, logger: said.logger }, async (how) => {
      stopping = true;
      said.stopping(how);
      // A request that arrived last may take 5 s after the drain; the steps below need the rest of the time.
      const patience = setTimeout(() => {
        for (const { server } of [app, ops]) server.closeAllConnections();
      }, graceMs - 1_500);
      for (const stop of stops.reverse()) await stop();
      await new Promise((resolve) => setTimeout(resolve, drainMs));
      await app.close();
      await keyring.stop();
      clearTimeout(patience);
      await ops.close();
      redis.disconnect();
      await tracing()?.stop();
      said.stopped();
    }));
    // A service may start before Redis: it answers 503 and is not ready until Redis is available.
    keyring.start();
    void redis.connect().catch(() => {});
    if (opsPort) await ops.listen({ host: config.HOST, port: config.OPS_PORT });
    await app.listen({ host: config.HOST, port: config.PORT });
    listening = true;
    log.write('listening', { port: config.PORT, ...(opsPort ? { ops_port: config.OPS_PORT } : {}) });
  };

  return {
    name,
    instance,
    log,
    metrics,
    redis,
    keyring,
    readiness,
    listen,
    stop: () => {
      if (!stopping) end?.();
    },
    onStop: (step) => {
      stops.push(step);
    },
    onReady: (check) => {
      checks.push(check);
    },
  };
};
