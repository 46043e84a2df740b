import { createServer, connect, type Server, type Socket } from 'node:net';

/**
 * What a network between a service and Redis can do. `swallow`: requests arrive, answers do not — the fault that makes clients repeat what
 * was done. `silent`: nothing passes and nobody is told (a half-open connection). `refuse`: no new connections, the old ones are reset.
 */
export type NetworkFault = 'none' | 'swallow' | 'silent' | 'refuse' | { delayMs: number };

export interface FaultProxy {
  port: number;
  set: (fault: NetworkFault) => void;
  /** Resets every open connection. */
  cut: () => void;
  /** Connections open now. */
  open: () => number;
  stop: () => Promise<void>;
}

/** A TCP proxy on loopback before `targetPort`. */
export const startProxy = async (targetPort: number): Promise<FaultProxy> => {
  let fault: NetworkFault = 'none';
  const pairs = new Set<[Socket, Socket]>();
  const drop = (pair: [Socket, Socket]): void => {
    pairs.delete(pair);
    for (const socket of pair) socket.resetAndDestroy();
  };
  const pass = (to: Socket, data: Buffer): void => {
    if (to.destroyed) return;
    if (typeof fault === 'object') setTimeout(() => { if (!to.destroyed) to.write(data); }, fault.delayMs * (0.5 + Math.random()));
    else to.write(data);
  };
  const server: Server = createServer((client) => {
    if (fault === 'refuse') return void client.resetAndDestroy();
    const upstream = connect(targetPort, '127.0.0.1');
    const pair: [Socket, Socket] = [client, upstream];
    pairs.add(pair);
    for (const socket of pair) {
      socket.setNoDelay(true);
      socket.on('error', () => drop(pair));
      socket.on('close', () => drop(pair));
    }
    client.on('data', (data) => { if (fault !== 'silent') pass(upstream, data); });
    upstream.on('data', (data) => { if (fault !== 'silent' && fault !== 'swallow') pass(client, data); });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    port: address.port,
    set: (next) => {
      fault = next;
      if (next === 'refuse') for (const pair of [...pairs]) drop(pair);
    },
    cut: () => { for (const pair of [...pairs]) drop(pair); },
    open: () => pairs.size,
    stop: async () => {
      for (const pair of [...pairs]) drop(pair);
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
