import { createServer, connect, type Server, type Socket } from 'node:net';

/**
 * Faults of a network between a service and Redis. `swallow`: requests arrive, answers do not — the fault that makes clients repeat
 * completed operations. `silent`: a partition without a reset,
 * until it heals. `refuse`: no new connections, the old ones are reset.
 */
export type NetworkFault = 'none' | 'swallow' | 'silent' | 'refuse' | { delayMs: number };

export interface FaultProxy {
  port: number;
  set: (fault: NetworkFault) => void;
  /** Resets every open connection. */
  cut: () => void;
  /** From now on nothing comes through the connections open now, and none of them ends, as after the death of a host; new ones work. */
  lose: () => void;
  /** Connections open now. */
  open: () => number;
  stop: () => Promise<void>;
}

/** A TCP proxy on loopback before `target`: a port of it, or the path of a socket. `slows`: only connections whose client sent such bytes are slowed by `delayMs`. */
export const startProxy = async (
  target: number | string,
  { slows = () => true }: { slows?: (data: Buffer) => boolean } = {},
): Promise<FaultProxy> => {
  let fault: NetworkFault = 'none';
  const pairs = new Set<[Socket, Socket]>();
  /** A connection that lost a byte is unusable. */
  const swallowed = new WeakSet<[Socket, Socket]>();
  const slowed = new WeakSet<[Socket, Socket]>();
  const lost = new WeakSet<[Socket, Socket]>();
  const drop = (pair: [Socket, Socket]): void => {
    pairs.delete(pair);
    pair[0].resetAndDestroy();
    // A local socket has no reset.
    if (typeof target === 'number') pair[1].resetAndDestroy();
    else pair[1].destroy();
  };
  /** Bytes in flight, in order: a slow or silent network delays them, and never reorders them. */
  const lane = (pair: [Socket, Socket], to: Socket): ((data: Buffer) => void) => {
    const waiting: { data: Buffer; dueAt: number }[] = [];
    let timer: NodeJS.Timeout | null = null;
    const flow = (): void => {
      timer = null;
      if (to.destroyed) waiting.length = 0;
      while (waiting.length > 0 && fault !== 'silent' && waiting[0]!.dueAt <= performance.now()) {
        const { data } = waiting.shift()!;
        to.write(data);
      }
      if (waiting.length > 0) timer = setTimeout(flow, fault === 'silent' ? 10 : Math.max(1, waiting[0]!.dueAt - performance.now()));
    };
    return (data) => {
      if (lost.has(pair)) return;
      const delayMs = typeof fault === 'object' && slowed.has(pair) ? fault.delayMs * (0.5 + Math.random()) : 0;
      waiting.push({ data, dueAt: Math.max(performance.now() + delayMs, waiting.at(-1)?.dueAt ?? 0) });
      if (!timer) flow();
    };
  };
  const server: Server = createServer((client) => {
    if (fault === 'refuse') return void client.resetAndDestroy();
    const upstream = typeof target === 'number' ? connect(target, '127.0.0.1') : connect(target);
    const pair: [Socket, Socket] = [client, upstream];
    pairs.add(pair);
    for (const socket of pair) {
      socket.setNoDelay(true);
      socket.on('error', () => drop(pair));
      socket.on('close', () => drop(pair));
    }
    const toUpstream = lane(pair, upstream);
    client.on('data', (data) => {
      if (!slowed.has(pair) && slows(data)) slowed.add(pair);
      toUpstream(data);
    });
    const toClient = lane(pair, client);
    upstream.on('data', (data) => {
      if (fault === 'swallow') swallowed.add(pair);
      else if (!swallowed.has(pair)) toClient(data);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    port: address.port,
    set: (next) => {
      fault = next;
      for (const pair of [...pairs]) if (next === 'refuse' || (next !== 'swallow' && swallowed.has(pair))) drop(pair);
    },
    cut: () => {
      for (const pair of [...pairs]) drop(pair);
    },
    lose: () => {
      for (const pair of pairs) lost.add(pair);
    },
    open: () => pairs.size,
    stop: async () => {
      for (const pair of [...pairs]) drop(pair);
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
