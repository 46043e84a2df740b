import { Server } from 'node:http';

/** How often connections that became idle are closed while requests are in flight, ms. */
const lookMs = 50;

/**
 * SIGTERM or SIGINT ends the page's process with 0: no new connection, requests in flight are answered, relayed sockets end at once (browsers come
 * back with their place), and after `graceMs` (the services' limit) whatever is left is cut. Next alone waits for relayed sockets until it is killed. Call it before the
 * server is made.
 */
export const stopGently = (graceMs = 9_000) => {
  // Next leaves the signals to us.
  process.env.NEXT_MANUAL_SIG_HANDLE = 'true';
  const relayed = new Set();
  const inFlight = new Set();
  const servers = new Set();
  let stopping = false;
  const { emit } = Server.prototype;
  Server.prototype.emit = function watch(event, ...args) {
    if (event === 'listening') servers.add(this);
    if (event === 'request') {
      const [, response] = args;
      inFlight.add(response.once('close', () => inFlight.delete(response)));
      if (stopping) response.setHeader('connection', 'close');
    }
    if (event === 'upgrade') {
      const [{ socket }] = args;
      if (stopping) socket.destroy();
      else relayed.add(socket.once('close', () => relayed.delete(socket)));
    }
    return emit.call(this, event, ...args);
  };
  const stop = () => {
    if (stopping) return;
    stopping = true;
    let open = servers.size;
    const closed = () => {
      open -= 1;
      if (open === 0) process.exit(0);
    };
    for (const socket of relayed) socket.destroy();
    // No client sends its next request on a connection that is about to go.
    for (const response of inFlight) if (!response.headersSent) response.setHeader('connection', 'close');
    for (const server of servers) server.close(closed);
    if (open === 0) process.exit(0);
    setInterval(() => servers.forEach((server) => server.closeIdleConnections()), lookMs);
    setTimeout(() => process.exit(0), graceMs);
  };
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, stop);
};
