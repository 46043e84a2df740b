import type { Socket } from 'node:net';
import { createService, startTracing } from '@sunbeon/runtime';
import { buildApp } from '../app.ts';
import type { GatewayConfig } from '../config.ts';
import { processLimits, type FromProcess, type ToProcess } from './messages.ts';
import type { ProcessPlace } from './process-count.ts';
import { serveFromPrimary } from './serve-from-primary.ts';
import { createPoolClient } from './shared-limits.ts';

/** One of several gateways behind the primary's port: a whole gateway, with a mirror and connections to Redis of its own. Ends gracefully when the primary is gone. */
export const runProcess = async (config: GatewayConfig, { count }: ProcessPlace): Promise<void> => {
  const send = (message: FromProcess): void => {
    // A primary that is gone needs no answer; `disconnect` ends this process.
    if (process.connected) process.send!(message, undefined, {}, () => {});
  };
  const pools = createPoolClient(send);
  let stop = (): void => process.exit(0);
  let accept: (socket: Socket | undefined) => void = (socket) => socket?.destroy();
  let closed = (): void => {};
  let snapshot = async (): Promise<void> => {};
  process.on('message', (message: ToProcess, socket: Socket | undefined) => {
    if (message.type === 'connection') accept(socket);
    else if (message.type === 'metrics') void snapshot();
    else if (message.type === 'taken') pools.answered(message);
    else if (message.type === 'closed') closed();
    else if (message.type === 'stop') stop();
  });
  process.on('disconnect', () => {
    closed();
    stop();
  });
  // Gone while this process was loaded.
  if (!process.connected) process.exit(0);

  await startTracing('gateway', config);
  const service = createService('gateway', { ...config, HOST: '127.0.0.1' }, { opsPort: false });
  const app = await buildApp(service, config, { count, pools });
  ({ accept, closed } = serveFromPrimary(app.server, config.PORT, send));
  snapshot = async () => send({ type: 'metrics', snapshot: await service.metrics.registry.getMetricsAsJSON() });
  const listening = service.listen(app);
  stop = service.stop;
  await listening;
  send({ type: 'listening' });
  setInterval(() => send({ type: 'state', readiness: service.readiness() }), processLimits.heartbeatMs).unref();
};
