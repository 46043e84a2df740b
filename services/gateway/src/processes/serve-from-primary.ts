import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { FromProcess } from './messages.ts';

/** Time for the primary to say that no connection follows, ms. */
const closedMs = 500;

/**
 * Makes `server` take its connections from the primary process instead of a port: `listen` binds nothing (`port` is the one of the primary), and `close` is over when the
 * connections that were handed over have ended, as with a port.
 */
export const serveFromPrimary = (server: Server, port: number, send: (message: FromProcess) => void) => {
  const open = new Set<Socket>();
  let noneFollows: () => void = () => {};
  const closedByPrimary = new Promise<void>((resolve) => {
    noneFollows = resolve;
  });
  let drained: () => void = () => {};
  const closeServer = server.close.bind(server);

  server.listen = () => {
    setImmediate(() => server.emit('listening'));
    return server;
  };
  server.address = () => ({ address: '127.0.0.1', family: 'IPv4', port });
  server.close = (done) => {
    send({ type: 'closing' });
    const timer = setTimeout(noneFollows, closedMs);
    void closedByPrimary.then(async () => {
      clearTimeout(timer);
      // Of the server itself only its timers and idle connections are left to end.
      closeServer(() => {});
      if (open.size > 0)
        await new Promise<void>((resolve) => {
          drained = resolve;
        });
      done?.();
    });
    return server;
  };

  return {
    accept: (socket: Socket | undefined): void => {
      send({ type: 'accepted' });
      // Its browser left on the way.
      if (!socket) return;
      // As of a server of Node: who closes the own half still gets the answer.
      socket.allowHalfOpen = true;
      open.add(socket);
      socket.once('close', () => {
        open.delete(socket);
        if (open.size === 0) drained();
      });
      server.emit('connection', socket);
    },
    closed: (): void => noneFollows(),
  };
};
