import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

export const isWebSocketUpgrade = ({ upgrade }: IncomingMessage['headers']): boolean =>
  upgrade !== undefined && /(^|,)\s*websocket\s*(,|$)/i.test(upgrade);

/** Headers of the offer: they end with this hop. */
const ofOffer = new Set(['connection', 'upgrade', 'http2-settings']);

/** The request as it would be without its offer. `close`: a proxy that passes a connection through after an offer must get one answer on it. */
const withoutOffer = ({ method, url, httpVersion, rawHeaders }: IncomingMessage): string => {
  let text = `${method} ${url} HTTP/${httpVersion}\r\n`;
  for (let i = 0; i < rawHeaders.length; i += 2)
    if (!ofOffer.has(rawHeaders[i]!.toLowerCase())) text += `${rawHeaders[i]}: ${rawHeaders[i + 1]}\r\n`;
  return `${text}connection: close\r\n\r\n`;
};

/**
 * Answers requests that offer another protocol than WebSocket as if they offered none (RFC 9110, 7.8). Java's HttpClient offers `h2c` with each request on
 * plain http, and so does `curl --http2`. Node gives every offer up with its connection once a server takes upgrades: the request is put back and read again.
 */
export const ignoreOtherUpgrades = (server: Server): void => {
  const emit = server.emit.bind(server) as (event: string, ...given: unknown[]) => boolean;
  server.emit = (event: string, ...given: unknown[]): boolean => {
    const [request, socket, head] = given as [IncomingMessage, Socket, Buffer];
    if (event !== 'upgrade' || isWebSocketUpgrade(request.headers)) return emit(event, ...given);
    socket.unshift(Buffer.concat([Buffer.from(withoutOffer(request), 'latin1'), head]));
    return emit('connection', socket);
  };
};
