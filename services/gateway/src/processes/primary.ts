import { lookup } from 'node:dns/promises';
import { createServer, type Server, type Socket } from 'node:net';
import {
  closeWithGrace,
  createHttp,
  createLog,
  createMetrics,
  createMetricsSum,
  instanceName,
  logProcess,
  secretsIn,
  sendReadiness,
  stopMs,
} from '@sunbeon/runtime';
import { socketsPerAddress, type GatewayConfig } from '../config.ts';
import { createConnectionTurns } from './connection-turns.ts';
import { processLimits } from './messages.ts';
import { createSupervisor } from './supervisor.ts';
import { createPools, poolOf } from './shared-limits.ts';

/** Time beyond that of the processes until the primary kills those that are left, ms. */
const killAfterMs = 300;
/** Longest time from the signal to the end of a gateway of several processes, ms. */
export const primaryStopMs = stopMs + 2 * killAfterMs;

/** `localhost` is every address of that name, as for a gateway alone. */
const hostsOf = async (host: string): Promise<string[]> =>
  host === 'localhost' ? (await lookup(host, { all: true })).map(({ address }) => address) : [host];

const listenOn = (host: string, port: number, accept: (socket: Socket) => void): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer({ pauseOnConnect: true, noDelay: true, allowHalfOpen: true }, accept);
    server.once('error', reject);
    server.listen(port, host, () => resolve(server));
  });

/**
 * The primary of several gateways: accepts the connections of the public port and hands them out in turn, answers the ops port for all, starts
 * a process again that ended, and stops all. It reads no request and knows no sale.
 */
export const runPrimary = async (config: GatewayConfig, count: number): Promise<void> => {
  const log = createLog('gateway', instanceName('gateway'), config, secretsIn(config));
  const metrics = createMetrics('gateway');
  const sum = createMetricsSum();
  const turns = createConnectionTurns();
  const pools = createPools({
    sockets: { size: poolOf(socketsPerAddress(config), count), windowMs: 0 },
    joins: { size: poolOf(config.JOIN_LIMIT_PER_MINUTE, count), windowMs: 60_000 },
  });
  let servers: Server[] = [];
  const closePort = (): void => {
    for (const server of servers.splice(0)) server.close();
    turns.stop();
  };
  const supervisor = createSupervisor({
    count,
    log,
    turns,
    pools,
    sum,
    restarted: metrics.counter('sunbeon_process_restarts_total', {}),
    allClosed: closePort,
  });

  const figures = Array.from({ length: count }, (_, number) => {
    const process = String(number);
    return {
      sockets: metrics.gauge('sunbeon_process_sockets', { process }),
      requests: metrics.total('sunbeon_process_requests_total', { process }),
    };
  });
  let scraping: Promise<string> | null = null;
  const scrape = async (): Promise<string> => {
    await supervisor.askMetrics();
    for (const [number, { sockets, requests }] of figures.entries()) {
      sockets.set(sum.of(number, 'sunbeon_sockets'));
      requests.set(sum.of(number, 'sunbeon_http_request_duration_seconds'));
    }
    return sum.text(await metrics.registry.getMetricsAsJSON());
  };

  const ops = createHttp(log, null);
  ops.get('/livez', async () => ({ status: 'live' }));
  ops.get('/readyz', async (_, reply) => sendReadiness(reply, supervisor.readiness()));
  ops.get('/metrics', async (_, reply) => {
    // Scrapes at the same time share one.
    scraping ??= scrape().finally(() => {
      scraping = null;
    });
    return reply.type(metrics.registry.contentType).send(await scraping);
  });

  const said = logProcess(log);
  closeWithGrace({ delay: primaryStopMs, logger: said.logger }, async (how) => {
    said.stopping(how);
    const code = await supervisor.stop(stopMs + killAfterMs);
    closePort();
    await ops.close();
    said.stopped();
    if (code !== 0) throw new Error(`a process ended with ${code}`);
  });

  await ops.listen({ host: config.HOST, port: config.OPS_PORT });
  const failed = await supervisor.start();
  // As a gateway alone would: whatever started this one decides what follows.
  if (failed !== null) process.exit(failed);
  const accept = (socket: Socket): void => {
    socket.on('error', () => {});
    turns.deal(socket);
  };
  const [first, ...others] = await hostsOf(config.HOST);
  servers = [await listenOn(first!, config.PORT, accept)];
  for (const host of others)
    servers.push(
      ...(await listenOn(host, config.PORT, accept).then(
        (server) => [server],
        () => [],
      )),
    );
  supervisor.opened();
  log.write('listening', { port: config.PORT, ops_port: config.OPS_PORT, processes: count });
  setInterval(supervisor.look, processLimits.heartbeatMs).unref();
};
