import { Server } from 'node:http';

const isWebSocket = ({ headers: { upgrade = '' } }) => /(^|,)\s*websocket\s*(,|$)/i.test(upgrade);
/** Headers of the offer: they end with this hop. */
const ofOffer = new Set(['connection', 'upgrade', 'http2-settings']);

/** The request as it would be without its offer. `close`: a proxy that passes a connection through after an offer must get one answer on it. */
const withoutOffer = ({ method, url, httpVersion, rawHeaders }) => {
  let text = `${method} ${url} HTTP/${httpVersion}\r\n`;
  for (let i = 0; i < rawHeaders.length; i += 2)
    if (!ofOffer.has(rawHeaders[i].toLowerCase())) text += `${rawHeaders[i]}: ${rawHeaders[i + 1]}\r\n`;
  return `${text}connection: close\r\n\r\n`;
};

/**
 * As the gateway's (`services/gateway/src/live/other-upgrades.ts`): an offer of another protocol than WebSocket is ignored, and its request read again
 * without it. Next would leave it without an answer. Call it last: nobody else is to see the offer.
 */
export const ignoreOtherUpgrades = () => {
  const { emit } = Server.prototype;
  Server.prototype.emit = function ignore(event, ...args) {
    const [request, socket, head] = args;
    if (event !== 'upgrade' || isWebSocket(request)) return emit.call(this, event, ...args);
    socket.unshift(Buffer.concat([Buffer.from(withoutOffer(request), 'latin1'), head]));
    return emit.call(this, 'connection', socket);
  };
};
