import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A minimal load balancer before all gateways: each connection goes to the next one that accepts it, ready or not. */
export const startBalancer = async (ports: readonly number[]) => {
  let turn = 0;
  const open = new Set<Socket>();
  const server = createServer((near) => {
    open.add(near);
    near.on('error', () => near.destroy()).on('close', () => open.delete(near));
    const attempt = (left: number): void => {
      const far = connect(ports[turn++ % ports.length]!, '127.0.0.1');
      far.once('error', () => (left > 1 && !near.destroyed ? attempt(left - 1) : near.destroy()));
      far.once('connect', () => {
        far.removeAllListeners('error');
        far.on('error', () => near.destroy());
        near.on('close', () => far.destroy());
        far.on('close', () => near.destroy());
        near.pipe(far).pipe(near);
      });
    };
    attempt(ports.length);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    stop: () => {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
};
