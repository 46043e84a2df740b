import { IncomingMessage, type Server } from 'node:http';
import type { Socket } from 'node:net';

const isOffered = Symbol('isOffered');

export const isWebSocketUpgrade = ({ upgrade }: IncomingMessage['headers']): boolean =>
  upgrade !== undefined && /(^|,)\s*websocket\s*(,|$)/i.test(upgrade);

/**
 * A request that is an upgrade for Node only if it asks for a WebSocket (RFC 9110, 7.8: any other offer may be ignored). Java's HttpClient offers `h2c`
 * with each request on plain http, and so does `curl --http2`. Without this class, Node stops reading the request of every offer once a server takes upgrades;
 * with it, such a request is read as by a server that takes none. (Node 24 has `shouldUpgradeCallback`; 20 and 22 ask `upgrade` alone.)
 */
export class RequestOfWebSockets extends IncomingMessage {
  private [isOffered]?: boolean;

  get upgrade(): boolean {
    return this[isOffered] === true && (this.method === 'CONNECT' || isWebSocketUpgrade(this.headers));
  }
  set upgrade(offered: boolean) {
    this[isOffered] = offered;
  }
}

/**
 * Ends the connection of an upgrade that arrives before the answer to an earlier request: it cannot be answered, and Node has removed the timeouts of its
 * socket. `_httpMessage` is a private property of Node; without it such a connection stays open.
 */
export const endEarlyUpgrades = (server: Server): void => {
  server.prependListener('upgrade', (_, socket: Socket & { _httpMessage?: object | null }) => {
    if (socket._httpMessage) socket.destroy();
  });
};
