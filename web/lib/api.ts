import { createClient, liveProtocolsOf, liveUrlOf, type Hold, type JoinOptions } from '@sunbeon/client';
import { renewedTokenHeader } from '@sunbeon/contracts/ids';
import { gatewayUrl } from './gateway-url.ts';
import { renewToken, speakingToken } from './place-token.ts';

export { isTransient, type Failure, type Result as Answer } from '@sunbeon/client';

/** In the browser, calls go to the page's own origin, which relays them; on the web server, straight to the gateway. */
const baseUrl = (): string => (typeof window === 'undefined' ? gatewayUrl() : '');
/** A sale and the list of sales are public: those calls carry no token. */
const visitor = createClient({
  baseUrl,
  token: (saleId) => (saleId === undefined ? undefined : speakingToken(saleId)),
  fetch: async (url, init) => {
    const response = await fetch(url, init);
    const token = response.headers.get(renewedTokenHeader);
    const saleId = /\/api\/sales\/([^/]+)\//.exec(url)?.[1];
    if (token && saleId !== undefined) renewToken(saleId, token);
    return response;
  },
});
const anybody = createClient({ baseUrl });
/** Answers for everyone, which caches give: no cookie, no token, and the browser's own cache, so that an unchanged line costs a 304. */
const cached = createClient({ baseUrl, credentials: 'omit', fetch: (url, init) => fetch(url, { ...init, cache: 'default' }) });
/** Without the cookie, and deaf to the one of the answer. */
const stranger = createClient({ baseUrl, credentials: 'omit' });
/** A line that is late is asked for again, ms. */
const lineTimeoutMs = 5_000;

/** Every call of the public API used by the pages. None throws. */
export const api = {
  sales: (cursor?: string) => anybody.sales({ cursor }),
  sale: (saleId: string, signal?: AbortSignal) => anybody.sale(saleId, { signal }),
  line: (saleId: string, signal?: AbortSignal) => cached.line(saleId, { signal, timeoutMs: lineTimeoutMs }),
  departures: (saleId: string, generation: number, block: number, count: number, signal?: AbortSignal) =>
    cached.departures(saleId, generation, block, count, { signal, timeoutMs: lineTimeoutMs }),
  join: (saleId: string, shown: JoinOptions) => visitor.join(saleId, shown),
  /** A join of a browser that has a place, as another visitor. */
  joinAnew: (saleId: string, shown: JoinOptions) => stranger.join(saleId, shown),
  /** The cookie for a token: a repeated join answers with it. */
  adopt: (saleId: string, token: string) => visitor.join(saleId, { token }),
  challenge: (saleId: string) => anybody.challenge(saleId),
  takeTransfer: (saleId: string, code: string) => visitor.takeTransfer(saleId, code),
  transfer: (saleId: string) => visitor.transfer(saleId),
  place: (saleId: string, signal?: AbortSignal, token?: string) => visitor.place(saleId, { signal, token }),
  claim: (saleId: string) => visitor.claim(saleId),
  ticket: (saleId: string, returnUrl: string | undefined) => visitor.ticket(saleId, { returnUrl }),
  leave: (saleId: string) => visitor.leave(saleId),
  purchases: (saleId: string) => visitor.purchases(saleId),
  holds: (saleId: string) => visitor.holds(saleId),
  purchase: (saleId: string, quantity: number, idempotencyKey: string) => visitor.purchase(saleId, quantity, { idempotencyKey }),
  hold: (saleId: string, quantity: number, idempotencyKey: string) => visitor.hold(saleId, quantity, { idempotencyKey }),
  releaseHold: (saleId: string, hold: Hold) => visitor.release(saleId, hold.holdId),
  confirmHold: (saleId: string, hold: Hold) => visitor.confirm(saleId, hold.holdId),
};

/** Subprotocols of a sale's live stream: with the token where there is no cookie. */
export const liveProtocols = (saleId: string): string[] => liveProtocolsOf(speakingToken(saleId));
/** Address of a sale's live stream; `after`: id of the last event received. */
export const liveAddress = (saleId: string, after?: string): string => liveUrlOf({ baseUrl }, saleId, after);
