import { IncomingMessage } from 'node:http';

const isOffered = Symbol('isOffered');

/** Hop-by-hop headers of the offer: Next would relay them. */
const ofOffer = ['upgrade', 'http2-settings'];

const isWebSocket = ({ upgrade = '' }) => /(^|,)\s*websocket\s*(,|$)/i.test(upgrade);

/**
 * As the gateway's (`services/gateway/src/live/other-upgrades.ts`): a request that offers another protocol than WebSocket is an ordinary one. Next would
 * leave it without an answer. Call it before the first server is made.
 */
export const ignoreOtherUpgrades = () => {
  Object.defineProperty(IncomingMessage.prototype, 'upgrade', {
    configurable: true,
    get() {
      // Answers have no method: what the page asks for is not concerned.
      return this[isOffered] && (this.method === null || this.method === 'CONNECT' || isWebSocket(this.headers));
    },
    set(offered) {
      this[isOffered] = offered;
    },
  });
};

/** Removes the offer of an ordinary request, and ends its connection with the answer: a proxy that saw it may read nothing more. */
export const refuseOffer = (request, response) => {
  if (request.headers.upgrade === undefined) return;
  for (const name of ofOffer) Reflect.deleteProperty(request.headers, name);
  request.headers.connection = 'close';
  response.setHeader('connection', 'close');
  response.once('finish', () => request.socket.destroySoon());
};
